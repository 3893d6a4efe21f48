import type { PixelRange } from '../pixel-range.js';

interface Architecture {
  readonly name: string;
  /** Of a layer that no other of these networks has. */
  readonly layer: RegExp;
  /** What its `preprocess_input` makes of pixels. */
  readonly range: PixelRange;
}

/**
 * Networks of `keras.applications` by the names it gives their layers, and the preprocessing they were published with
 * (https://keras.io/api/applications). Those that scale pixels themselves are not here: EfficientNet, ConvNeXt and
 * MobileNetV3 begin with the layers that tell. The first that matches is taken.
 */
const ARCHITECTURES: readonly Architecture[] = [
  { name: 'MobileNetV2', layer: /^block_\d+_expand/, range: [-1, 1] },
  { name: 'MobileNet', layer: /^conv_dw_\d+/, range: [-1, 1] },
  { name: 'MobileNetV3', layer: /^expanded_conv_\d+(?:$|_)/, range: [-1, 1] },
  { name: 'Xception', layer: /^block\d+_sepconv\d/, range: [-1, 1] },
  { name: 'InceptionResNetV2', layer: /^block35_\d+/, range: [-1, 1] },
  { name: 'InceptionV3', layer: /^mixed\d+(?:$|_)/, range: [-1, 1] },
  { name: 'NASNet', layer: /^(?:normal|reduction)_(?:left|right)\d|^normal_conv_\d/, range: [-1, 1] },
  { name: 'DenseNet', layer: /^conv\d_block\d+_concat/, range: 'torch' },
  { name: 'ResNetV2', layer: /^conv\d_block\d+_preact/, range: [-1, 1] },
  { name: 'ResNet', layer: /^conv\d_block\d+_out|^res\d[a-f]_branch2/, range: 'caffe' },
  { name: 'VGG', layer: /^block5_conv3/, range: 'caffe' },
];

/**
 * The architecture that layers bear the names of, or null.
 *
 * @param names of layers or of graph nodes, with the scopes they are in: `StatefulPartitionedCall/model/conv_dw_1/Conv2D`.
 */
export function architectureOf(names: Iterable<string>): Architecture | null {
  const parts = new Set([...names].flatMap((name) => name.split('/')));
  return ARCHITECTURES.find(({ layer }) => [...parts].some((part) => layer.test(part))) ?? null;
}
