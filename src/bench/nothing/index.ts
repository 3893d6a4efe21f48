import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Command } from 'commander';
import { picturesOfNothing } from './pictures.js';

/** The halves, by what they are for. */
const HALVES = { tuning: 1, figures: 2 } as const;

const program = new Command('nothing')
  .description('Makes 200 pictures that show nothing: a hundred to choose a threshold with, a hundred to judge it by.')
  .argument('<folder>', 'where they go')
  .parse();
const [folder = '.'] = program.args;

for (const [half, seed] of Object.entries(HALVES)) {
  for await (const { name, png } of picturesOfNothing(seed)) {
    const file = join(folder, half, name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, png);
  }
}
