import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { beforeAll, describe, expect, it } from 'vitest';
import { addModelCommands } from '../../src/cli/model-commands.js';
import type { ModelSummary } from '../../src/library/inspect.js';
import { Installation } from '../support/installation.js';
import { photograph } from '../support/pictures.js';
import { rawZip } from '../../bench/hostile/raw-zip.js';
import { copyModel, goldenFolder, newFile } from '../support/sorot.js';
import { linesOf, predictedIn } from './report.js';

type ListModule = typeof import('../../src/library/list.js');

let program: Installation;

beforeAll(async () => {
  program = await Installation.make();
});

describe('sorot model', () => {
  it('add a folder, and explain with it', async () => {
    const from = await copyModel('pooling-dense', 'birds', { labels: ['a', 'b', 'c', 'd', 'e'], name: 'Five birds' });
    const added = await program.sorot(['model', 'add', from]);
    expect([added.code, added.stderr]).toEqual([0, '']);
    expect(added.stdout).toMatch(/^Added birds \(Five birds\)\n/);
    for (const part of [
      /origin +TensorFlow\.js layers model/,
      /layers +\d+, with [\d,]+ parameters/,
      /input +32 × 32 × 3/,
      /classes +5/,
      /target layer +out_relu, 8 × 8 × 32/,
      /memory +\d+ MB/,
      /time +prediction [\d.]+ ms/,
      /backend +onnx, the fastest/,
      /precision +float32, as set/,
      /--range/,
      /npx sorot explain --model birds photo\.jpg/,
      /npx sorot model use birds/,
      /MODEL=birds/,
    ]) {
      expect(added.stdout).toMatch(part);
    }
    const weights = await readFile(join(goldenFolder('pooling-dense'), 'weights.bin'));
    expect((await readFile(join(program.models, 'birds', 'weights.bin'))).equals(weights)).toBe(true);

    const photo = await newFile('photo.jpg', await photograph(1));
    const explained = await program.sorot(['explain', photo, '--model', 'birds', '--class', '#0', '--json']);
    expect(predictedIn(explained.stdout).model.name).toBe('Five birds');
  });

  it('use, list and remove: to the bot and back', async () => {
    await cp(
      await copyModel('pooling-dense', 'birds', { labels: ['a', 'b', 'c', 'd', 'e'] }),
      join(program.models, 'birds'),
      { recursive: true, force: true },
    );
    await writeFile(join(program.folder, '.env'), '# mine\nBOT_TOKEN=1:a\n');
    const used = await program.sorot(['model', 'use', 'birds'], { MODEL: 'imagenet-1000' });
    expect([used.code, used.stderr]).toEqual([0, expect.stringMatching(/MODEL=imagenet-1000 in the environment/)]);
    expect(await readFile(join(program.folder, '.env'), 'utf8')).toBe('# mine\nBOT_TOKEN=1:a\nMODEL=birds\n');

    await mkdir(join(program.models, 'broken'));
    const listed = await program.sorot(['model', 'list']);
    expect(listed.code).toBe(0);
    expect(linesOf(listed.stdout)).toEqual([
      expect.stringMatching(/^\* birds +TensorFlow\.js layers +5 labels +\d+ KB$/),
      expect.stringMatching(/^ {2}broken +cannot be read: .*no Keras file/),
      expect.stringMatching(/^ {2}imagenet-1000 +TensorFlow\.js layers +1000 labels +[\d.]+ MB$/),
      'The bot uses birds (MODEL in .env).',
    ]);

    const removed = await program.sorot(['model', 'remove', 'birds']);
    expect([removed.code, removed.stdout]).toEqual([0, 'Removed "birds".\n']);
    expect(removed.stderr).toMatch(/MODEL in \.env still names it/);
    expect((await readdir(program.models)).sort()).toEqual(['broken', 'imagenet-1000']);
  });

  it('add a zip, and tell of it as JSON', async () => {
    const names = ['model.json', 'weights.bin'];
    const files = await Promise.all(
      names.map(async (name) => ({
        name: `export/${name}`,
        content: await readFile(join(goldenFolder('one-sigmoid'), name)),
      })),
    );
    const zip = await newFile('model.zip', rawZip(files));
    const labels = await newFile('labels.json', Buffer.from('{"0": "cat", "1": "dog"}'));
    const args = ['--name', 'pets', '--labels', labels, '--range', '-1,1', '--json'];
    const { code, stdout } = await program.sorot(['model', 'add', zip, ...args]);
    expect(code).toBe(0);
    const summary = JSON.parse(stdout) as ModelSummary;
    expect(summary).toMatchObject({ name: 'pets', classes: 2, labels: 2, range: [-1, 1] });
    expect(summary.path).toBe(join(program.models, 'pets'));
    expect((await readdir(summary.path)).sort()).toEqual(['classifier.json', ...names]);
  });

  it('inspect a graph model where it lies, and add nothing', async () => {
    const before = await readdir(program.models);
    const { code, stdout } = await program.sorot(['model', 'inspect', join(goldenFolder('graph'), 'model.json')]);
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^graph\n +origin +TensorFlow\.js graph model/)]);
    expect(await readdir(program.models)).toEqual(before);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('add, ended by %s, leaves nothing', async (signal) => {
    const before = await readdir(program.models);
    const how = await program.interrupted(['model', 'add', goldenFolder('pooling-dense'), '--name', signal], signal);
    expect(how).toBe(signal);
    expect(await readdir(program.models)).toEqual(before);
  });

  it('a model in models/ that is broken costs the build a line, and no more', async () => {
    await mkdir(join(program.models, 'half'), { recursive: true });
    await writeFile(join(program.models, 'half', 'model.h5'), 'no HDF5');
    const { code, stderr } = await program.run('cli/precompile.js');
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/the model "half" is left out: .*model\.h5" is no model/),
    ]);
    await rm(join(program.models, 'half'), { recursive: true });
  });

  it('add tells a wrong argument from what is no model by its exit code', async () => {
    const address = await program.sorot(['model', 'add', 'http://example.org/birds.h5']);
    expect([address.code, address.stdout]).toEqual([2, '']);
    expect(address.stderr).toMatch(/Only https/);
    const none = await program.sorot(['model', 'add', 'no-such.h5']);
    expect([none.code, none.stdout]).toEqual([1, '']);
    expect(none.stderr).toMatch(/^sorot: .*no-such\.h5".*no such file/);
  });

  it.each([
    ['imagenet-1000', /came with Sorot and stays/],
    ['../models/imagenet-1000', /no model "\.\.\/models.*imagenet-1000/],
    ['.', /no model "\."/],
    ['..', /no model "\.\."/],
    ['no-such', /no model "no-such"/],
  ])('remove %s is refused', async (name, message) => {
    const before = await readdir(program.models);
    await expect((await program.module<ListModule>('library/list.js')).removeModel(name)).rejects.toThrow(message);
    expect(await readdir(program.models)).toEqual(before);
  });
});

it('every command of sorot model has help that fits 80 columns', () => {
  const commands = new Command('sorot');
  let help = '';
  const written = {
    writeOut: (text: string) => (help += text),
    getOutHelpWidth: () => 80,
  };
  addModelCommands(commands);
  for (const command of commands.commands[0]?.commands ?? []) command.configureOutput(written).outputHelp();
  for (const name of ['add', 'list', 'inspect', 'calibrate', 'use', 'remove'])
    expect(help).toContain(`Usage: sorot model ${name}`);
  expect(linesOf(help).filter((line) => line.length > 80)).toEqual([]);
});
