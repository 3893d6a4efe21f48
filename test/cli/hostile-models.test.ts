import { readdir } from 'node:fs/promises';
import { beforeAll, expect, it } from 'vitest';
import { folderFor, HOSTILE_MODELS } from '../../bench/hostile/files.js';
import { Installation } from '../support/installation.js';
import { newFolder } from '../support/sorot.js';
import { linesOf } from './report.js';

let installation: Installation;

beforeAll(async () => {
  installation = await Installation.make();
});

it.each(HOSTILE_MODELS.map((hostile) => [hostile.kind, hostile] as const))(
  'sorot model add refuses %s in one line, and leaves nothing of it',
  async (_kind, hostile) => {
    const before = await readdir(installation.models);
    const from = await hostile.make(await folderFor(await newFolder(), hostile));
    const { code, stdout, stderr } = await installation.sorot(['model', 'add', from, '--name', 'hostile']);
    expect([code, stdout]).toEqual([1, '']);
    expect(linesOf(stderr)).toEqual([expect.stringMatching(hostile.told)]);
    expect(await readdir(installation.models)).toEqual(before);
  },
);
