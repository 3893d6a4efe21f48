import { benchForward } from './forward.js';

/** The forward section in a process of its own, told its parameters in one argument; answers with the rows. */
const [argument = '{}'] = process.argv.slice(2);
const { section, folder, rounds, held } = JSON.parse(argument) as {
  section: string;
  folder: string;
  rounds: number;
  held: boolean;
};
process.stdout.write(JSON.stringify(await benchForward(section, folder, rounds, held)));
