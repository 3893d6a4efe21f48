import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { CalibrateArguments } from './calibrate-command.js';
import { parseRange } from './arguments.js';
import type { ModelAddArguments } from './model-actions.js';

function parseChecksum(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError('Expected 64 hexadecimal digits.');
  return text;
}

const actions = () => import('./model-actions.js');

/** The commands that look after models. */
export function addModelCommands(program: Command): void {
  const model = program
    .command('model')
    .summary('add, list, inspect, calibrate, use and remove models')
    .description('Looks after models.')
    .helpCommand('help [command]', 'print the help of a command');
  model
    .command('add')
    .summary('add a model of your own')
    .description('Copies a trained classifier into models/, once it has predicted and explained a picture.')
    .argument('<from>', 'a Keras, ONNX or TensorFlow.js model: a file, a folder, a zip, or an https address')
    .option('--name <name>', 'what to call it here (default: the name of the file)')
    .option('--labels <file>', 'names of the classes in their order, one a line, or JSON')
    .option('--range <lo,hi>', 'what pixel values 0 and 255 become, such as 0,1 or -1,1', parseRange)
    .option('--sha256 <checksum>', 'refuse any file but the one with this checksum', parseChecksum)
    .option('--json', 'print what it is as JSON')
    .addHelpText(
      'after',
      `
Examples:
  sorot model add birds.keras --labels labels.txt
  sorot model add converted_keras.zip --name birds
  sorot model add https://example.org/birds.h5 --range -1,1

Exit codes: 0 it was added, 1 it cannot be read as a model, 2 wrong arguments.
If it was not added, nothing of it is left.`,
    )
    .action(async (from: string, given: ModelAddArguments) => (await actions()).add(from, given));
  model
    .command('list')
    .summary('list what is in models/, and which one the bot uses')
    .description('Lists the models in models/, with a star before the one that the bot uses.')
    .action(async () => (await actions()).list());
  model
    .command('inspect')
    .summary('tell what a model is, without adding it')
    .description('Loads a model and tells what it is, what it costs, and what about it is guessed.')
    .argument('<model>', 'a name from models/, a file, a folder or a zip')
    .option('--json', 'print it as JSON')
    .addHelpText(
      'after',
      `
Examples:
  sorot model inspect imagenet-1000
  sorot model inspect birds.keras --json`,
    )
    .action(async (name: string, given: { json?: boolean }) => (await actions()).inspect(name, given));
  model
    .command('calibrate')
    .summary('make a model compute in int8, where the processor has VNNI')
    .description(
      'Measures on photos which numbers a model computes with, says what int8 changes, and writes int8.json beside it.',
    )
    .argument('<model>', 'a name from models/, a file or a folder')
    .requiredOption('-p, --photos <folder or .tar>', 'some hundred photos of what the model will see')
    .option('--range <lo,hi>', 'what pixel values 0 and 255 become, where the bot is told so too', parseRange)
    .addHelpText(
      'after',
      `
Example:
  sorot model calibrate birds --photos bird-photos

With PRECISION=auto the bot uses it from its next start. Without int8.json, and
where the processor has no VNNI, it computes in float32.`,
    )
    .action(async (name: string, given: CalibrateArguments) => {
      const { calibrate } = await import('./calibrate-command.js');
      await calibrate(name, given);
    });
  model
    .command('use')
    .summary('choose the model that the bot uses')
    .description('Writes MODEL=<model> into the .env file of this folder, where the bot reads it. Other lines stay.')
    .argument('<model>', 'a name from models/, a file, a folder or a zip')
    .action(async (name: string) => (await actions()).use(name));
  model
    .command('remove')
    .summary('take a model out of models/')
    .description('Removes a model from models/. The one that came with Sorot stays.')
    .argument('<name>', 'a name from models/')
    .action(async (name: string) => (await actions()).remove(name));
}
