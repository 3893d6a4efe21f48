import { chmod, lstat, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'dotenv';
import { describe, expect, it } from 'vitest';
import { chosenModel, writeModel } from '../../src/library/env-file.js';
import { refusal } from '../support/errors.js';
import { temporaryFolder } from '../support/models.js';

/** What becomes of a `.env` file with that text. */
async function written(text: string, value = 'birds'): Promise<string> {
  const file = join(await temporaryFolder(), '.env');
  await writeFile(file, text);
  await writeModel(file, value);
  return readFile(file, 'utf8');
}

describe('choosing a model in .env', () => {
  it.each([
    ['# My bot\nBOT_TOKEN=1:a\n', '# My bot\nBOT_TOKEN=1:a\nMODEL=birds\n'],
    ['BOT_TOKEN=1:a', 'BOT_TOKEN=1:a\nMODEL=birds\n'],
    ['A=1\n\nMODEL=old # it was good\n# end\n', 'A=1\n\nMODEL=birds\n# end\n'],
    ['export MODEL = old\nB=2', 'MODEL=birds\nB=2'],
    ['MODEL=a\nB=2\nMODEL=c\n', 'MODEL=birds\nB=2\n'],
    ['# MODEL=imagenet-1000\nMODELS=x\nMY_MODEL=y\n', '# MODEL=imagenet-1000\nMODELS=x\nMY_MODEL=y\nMODEL=birds\n'],
    ['A=1\r\nMODEL=old\r\nB=2\r\n', 'A=1\r\nMODEL=birds\r\nB=2\r\n'],
    ['A=1\r\n', 'A=1\r\nMODEL=birds\r\n'],
  ])('%j', async (before, after) => {
    expect(await written(before)).toBe(after);
  });

  it.each(['./my models/birds.keras', 'a#b', "it's", '"quoted"', '$HOME'])(
    '%s is read as it was given',
    async (value) => {
      expect(parse(await written('A=1\n', value))).toEqual({ A: '1', MODEL: value });
    },
  );

  it('a name that the file cannot hold is refused, and the file stays', async () => {
    const file = join(await temporaryFolder(), '.env');
    await writeFile(file, 'BOT_TOKEN=1:a\n');
    expect((await refusal(writeModel(file, 'a\nBOT_TOKEN=2:b'))).message).toMatch(/rename it/);
    expect(await readFile(file, 'utf8')).toBe('BOT_TOKEN=1:a\n');
  });

  it('keeps who may read the file, and lets nobody else read a new one', async () => {
    const folder = await temporaryFolder();
    const modeOf = async (name: string): Promise<number> => (await stat(join(folder, name))).mode & 0o777;
    await writeModel(join(folder, 'new'), 'birds');
    expect(await modeOf('new')).toBe(0o600);
    await writeFile(join(folder, 'old'), 'A=1\n');
    await chmod(join(folder, 'old'), 0o640);
    await writeModel(join(folder, 'old'), 'birds');
    expect(await modeOf('old')).toBe(0o640);
    expect((await readdir(folder)).sort()).toEqual(['new', 'old']);
  });

  it('changes the file that a link leads to', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'shared.env'), 'A=1\n');
    await symlink('shared.env', join(folder, '.env'));
    await writeModel(join(folder, '.env'), 'birds');
    expect((await lstat(join(folder, '.env'))).isSymbolicLink()).toBe(true);
    expect(await readFile(join(folder, 'shared.env'), 'utf8')).toBe('A=1\nMODEL=birds\n');
  });
});

describe('the model that the bot takes', () => {
  it.each([
    [{ MODEL: 'cats' }, 'MODEL=dogs', { model: 'cats', from: 'environment' }],
    [{}, 'MODEL=dogs', { model: 'dogs', from: 'env-file' }],
    [{}, '# MODEL=dogs', { model: 'imagenet-1000', from: 'default' }],
    // As dotenv has it: a variable that is there, though empty, hides the file's, and then counts as unset.
    [{ MODEL: ' ' }, 'MODEL=dogs', { model: 'imagenet-1000', from: 'default' }],
    [{}, null, { model: 'imagenet-1000', from: 'default' }],
  ])('of %j and %j', async (env, text, expected) => {
    const file = join(await temporaryFolder(), '.env');
    if (text !== null) await writeFile(file, text);
    expect(await chosenModel(env, file)).toEqual(expected);
  });
});
