import { describe, expect, it } from 'vitest';
import { readChoice, readClassifier } from '../../../src/vision/model/classifier.js';
import { readHuggingFace } from '../../../src/vision/model/hugging-face.js';
import { chooseRange } from '../../../src/vision/model/notes.js';
import { refusal } from '../../support/errors.js';
import { folderWith } from '../../support/models.js';

/** What its image processors write as the default of each: https://huggingface.co/docs/transformers/model_doc. */
const HALVES = { do_rescale: true, rescale_factor: 0.00392156862745098, do_normalize: true };
const HALF = { image_mean: [0.5, 0.5, 0.5], image_std: [0.5, 0.5, 0.5] };
const IMAGENET = { image_mean: [0.485, 0.456, 0.406], image_std: [0.229, 0.224, 0.225] };

async function folder(preprocessor: object | null, config: object | null = null): Promise<string> {
  return folderWith({
    ...(preprocessor !== null && { 'preprocessor_config.json': JSON.stringify(preprocessor) }),
    ...(config !== null && { 'config.json': JSON.stringify(config) }),
  });
}

describe('preprocessor_config.json', () => {
  it.each<[string, object, object]>([
    [
      'ViT: stretched',
      { ...HALVES, ...HALF, do_resize: true, size: { height: 224, width: 224 }, resample: 2 },
      { picture: { height: 224, width: 224, channels: 3 }, resize: 'stretch', interpolation: 'bilinear' },
    ],
    [
      'MobileNetV2: the middle',
      {
        ...HALVES,
        ...HALF,
        size: { shortest_edge: 256 },
        do_center_crop: true,
        crop_size: { height: 224, width: 224 },
      },
      { picture: { height: 224, width: 224, channels: 3 }, resize: { crop: 0.875 }, interpolation: 'bilinear' },
    ],
    [
      'ConvNeXT below 384: the middle',
      { ...HALVES, ...IMAGENET, size: { shortest_edge: 224 }, crop_pct: 0.875, resample: 3 },
      { picture: { height: 224, width: 224, channels: 3 }, resize: { crop: 0.875 }, interpolation: 'bicubic' },
    ],
    [
      'ConvNeXT from 384 on: stretched',
      { ...HALVES, ...IMAGENET, size: { shortest_edge: 384 }, crop_pct: 0.875, resample: 3 },
      { picture: { height: 384, width: 384, channels: 3 }, resize: 'stretch', interpolation: 'bicubic' },
    ],
    [
      'DeiT: the middle of what was stretched',
      { ...HALVES, size: { height: 256, width: 256 }, do_center_crop: true, crop_size: 224, resample: 3 },
      { picture: { height: 224, width: 224, channels: 3 }, resize: { stretch: 0.875 }, interpolation: 'bicubic' },
    ],
    [
      'an older one, with a number for a size',
      { ...IMAGENET, size: 224, crop_size: 224, do_center_crop: true },
      { picture: { height: 224, width: 224, channels: 3 }, resize: 'crop' },
    ],
    ['one that does not resize', { ...HALVES, ...HALF, do_resize: false }, { picture: null, resize: null }],
  ])('of %s', async (_name, preprocessor, expected) => {
    expect(await readHuggingFace(await folder(preprocessor))).toMatchObject(expected);
  });

  it.each<[string, object, object]>([
    [
      'means and deviations',
      { ...HALVES, ...IMAGENET },
      { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
    ],
    [
      'one mean for all',
      { image_mean: 0.5, image_std: 0.25 },
      { mean: [0.5, 0.5, 0.5], deviation: [0.25, 0.25, 0.25] },
    ],
    ['nothing but rescaling', { do_rescale: true, rescale_factor: 1 / 255, do_normalize: false }, [0, 1]],
    ['nothing at all', { do_rescale: false, do_normalize: false }, [0, 255]],
    [
      'means of 0 to 255',
      { do_rescale: false, image_mean: [127.5, 127.5, 127.5], image_std: [255, 255, 255] },
      { mean: [0.5, 0.5, 0.5], deviation: [1, 1, 1] },
    ],
    ['an offset', { rescale_factor: 1 / 127.5, rescale_offset: true, do_normalize: false }, [-1, 1]],
    [
      'what EfficientNet divides twice: ((2x - 1) - 0.5) / 0.5 / 0.5',
      { ...HALF, rescale_factor: 1 / 127.5, rescale_offset: true, include_top: true },
      { mean: [0.75, 0.75, 0.75], deviation: [0.125, 0.125, 0.125] },
    ],
  ])('says what pixels become: %s', async (_name, preprocessor, range) => {
    expect((await readHuggingFace(await folder(preprocessor))).range).toEqual(range);
  });

  it('comes after classifier.json, and before what is guessed', async () => {
    const path = await folder({
      ...HALVES,
      ...IMAGENET,
      size: { shortest_edge: 256 },
      do_center_crop: true,
      crop_size: 240,
    });
    const classifier = await readClassifier(path, 'tested');
    expect(classifier).toMatchObject({ resize: { crop: 0.9375 }, interpolation: 'bilinear' });
    const guess = { from: 'exporter', range: 'torch', exporter: 'PyTorch' } as const;
    expect(chooseRange(undefined, classifier, guess)).toMatchObject({
      from: 'preprocessor',
      range: { mean: [0.485, 0.456, 0.406] },
    });
    expect(chooseRange([0, 1], classifier, guess)).toMatchObject({ from: 'asked' });
    expect(await readChoice(path)).toMatchObject({ picture: { height: 240, width: 240, channels: 3 } });
  });

  it('that wants blue before red is refused, as all answers would be wrong', async () => {
    const { message } = await refusal(readHuggingFace(await folder({ ...HALVES, do_flip_channel_order: true })));
    expect(message).toMatch(/preprocessor_config\.json.*do_flip_channel_order: blue before red is not read/);
  });

  it('that is damaged is refused by its name and field', async () => {
    const { message } = await refusal(readHuggingFace(await folder({ image_std: [0.2, 0, 0.2] })));
    expect(message).toMatch(/preprocessor_config\.json.*image_std/);
  });
});

describe('config.json', () => {
  const labels = async (
    config: object,
    files: Readonly<Record<string, string>> = {},
  ): Promise<(string | undefined)[]> => {
    const path = await folderWith({ 'config.json': JSON.stringify(config), ...files });
    return (await readClassifier(path, 'tested')).labels.map(({ names }) => names.en);
  };

  it('names classes by their numbers, whatever their order', async () => {
    expect(await labels({ id2label: { 1: 'robin', 0: 'wren', 2: 'finch, small' } })).toEqual([
      'wren',
      'robin',
      'finch, small',
    ]);
  });

  it.each<[string, object]>([
    ['numbers its classes only', { id2label: { 0: 'LABEL_0', 1: 'LABEL_1' } }],
    ['leaves one out', { id2label: { 0: 'wren', 2: 'finch' } }],
    ['is about something else', { id2label: 3, module: 'keras' }],
    ['has no names', { model_type: 'resnet' }],
  ])('that %s is no list of labels, and no fault', async (_name, config) => {
    expect(await labels(config)).toEqual([]);
  });

  it('that says several classes may be true at once is refused, with a way out', async () => {
    const config = { id2label: { 0: 'wren', 1: 'robin' }, problem_type: 'multi_label_classification' };
    expect((await refusal(folder(null, config).then(readHuggingFace))).message).toMatch(
      /config\.json.*sigmoid at its end/,
    );
    expect(await labels({ ...config, problem_type: 'single_label_classification' })).toEqual(['wren', 'robin']);
  });

  it('comes after a labels.txt', async () => {
    expect(await labels({ id2label: { 0: 'wren' } }, { 'labels.txt': 'biru\n' })).toEqual(['biru']);
  });
});
