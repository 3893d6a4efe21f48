import { Command } from 'commander';
import { writePicturesOfNothing } from './pictures.js';

const program = new Command('nothing')
  .description('Makes 200 pictures that show nothing: a hundred to choose a threshold with, a hundred to judge it by.')
  .argument('<folder>', 'where they go')
  .parse();
const [folder = '.'] = program.args;

await writePicturesOfNothing(folder);
