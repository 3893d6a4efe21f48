import { readFile } from 'node:fs/promises';
import { Command, CommanderError, Option } from 'commander';
import { VisionError } from '../vision/vision-error.js';
import { parseClass, parseCount, parseMethods } from './arguments.js';
import type { EvaluateArguments, ExplainArguments } from './arguments.js';
import { withEngineOptions } from './engine-options.js';
import { addModelCommands } from './model-commands.js';
import { DEFAULT_MODEL } from '../models.js';
import { OutputEnded, say } from './output.js';
import { FORMATS } from '../vision/image/refusal.js';

/** Exit codes: done, could not, asked wrongly. */
const [FAILED, BAD_ARGUMENTS] = [1, 2];

const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** A command as it is typed, such as `sorot model add`. */
function calledAs(command: Command): string {
  return command.parent === null ? command.name() : `${calledAs(command.parent)} ${command.name()}`;
}

// What a command needs is loaded by it: most of the time that a short run takes would go into the others.
const program = new Command('sorot')
  .description('Says what a photo shows, and shows why with a heatmap over it.')
  .version(manifest.version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .helpCommand('help [command]', 'print the help of a command')
  .configureOutput({
    outputError: (text, write) => {
      write(text.replace(/^error:/, 'sorot:'));
    },
  })
  .exitOverride();

const explainCommand = program
  .command('explain')
  .summary('say what photos show, and write heatmaps that show why')
  .description('Says what each photo shows, and writes a heatmap that shows why.')
  .argument('<photo...>', `${FORMATS} files, or folders with such files`)
  .addOption(
    new Option('-m, --model <name or path>', 'the model: a name from models/, a file, a folder or a zip').default(
      DEFAULT_MODEL,
    ),
  )
  .option(
    '-c, --class <class>',
    "what to explain: a class or kind by its name, a rank such as 2, or a class index such as '#341' (default: the answer)",
    parseClass,
  )
  .option(
    '-o, --out <file or folder>',
    'where heatmaps go: a .jpg, .png, .webp or .tiff file, or a folder, which is made where it is missing (default: <photo>-heatmap.jpg here)',
  );

withEngineOptions(explainCommand)
  .option('--json', 'print a JSON array with an object for each photo instead of text')
  .addOption(
    new Option('--json-lines', 'print one such object a line, each as soon as its photo is done').conflicts('json'),
  )
  .addHelpText(
    'after',
    `
Examples:
  sorot explain dog.jpg
  sorot explain dog.jpg --class cat --out why-cat.jpg
  sorot explain holiday/ --out heatmaps/
  sorot explain *.jpg --json > results.json

Exit codes: 0 all went well, 1 a photo could not be predicted or its heatmap not
be written, 2 wrong arguments.`,
  )
  .action(async (files: string[], given: ExplainArguments) => {
    const { explain } = await import('./explain-command.js');
    process.exitCode = await explain(files, given);
  });

const evaluateCommand = program
  .command('evaluate')
  .summary('measure a model on photos whose class is known')
  .description('Measures answers, calibration, "not sure" and heatmaps on photos whose class is known.')
  .argument('<model>', 'the model: a name from models/, a file, a folder or a zip')
  .requiredOption(
    '-d, --data <folder or .tar>',
    'the photos: in a folder for each class, or with names that begin with the class index',
  )
  .option('-n, --none <folder or .tar>', 'pictures of nothing that the model knows, in a folder for each kind')
  .option('-o, --out <folder>', 'where to write evaluation.json and evaluation.html')
  .addOption(
    new Option('--heatmaps <count>', 'how many heatmaps to measure at most').argParser(parseCount).default(100),
  )
  .addOption(
    new Option(
      '--compare <methods>',
      'measure other methods too, on the same photos: names with commas between them, or all',
    ).argParser(parseMethods),
  )
  .addOption(
    new Option('--seed <number>', 'where random numbers begin: the same seed gives the same figures')
      .argParser(parseCount)
      .default(1),
  );

withEngineOptions(evaluateCommand)
  .option('--json', 'print one JSON object instead of text')
  .addHelpText(
    'after',
    `
Photos lie in folders named by class (label or index), or have names that begin
with the index, such as 0012_house_finch.jpg. The right answer to a picture of
--none is "not sure", or the class whose index its name begins with in four
digits, such as 0922_menu.png. Archives are .tar or .tar.gz.

Examples:
  sorot evaluate imagenet-1000 --data photos
  sorot evaluate my-model --data photos.tar --none others --out report

Exit codes: 0 every file was a picture, 1 one was not, 2 wrong arguments.`,
  )
  .action(async (model: string, given: EvaluateArguments) => {
    const { evaluateModel } = await import('./evaluate-command.js');
    process.exitCode = await evaluateModel(model, given);
  });

addModelCommands(program);

for (const command of [program, ...program.commands.flatMap((each) => [each, ...each.commands])]) {
  command.showHelpAfterError(`Run ${calledAs(command)} --help for usage.`);
}

// A reader that went away (`| head`) or a full disk ends the output, not with a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') say(`the output could not be written: ${error.message}`);
  process.exitCode = FAILED;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : BAD_ARGUMENTS;
  } else if (error instanceof VisionError) {
    say(error.message);
    process.exitCode = error.code === 'invalid-argument' ? BAD_ARGUMENTS : FAILED;
  } else if (!(error instanceof OutputEnded)) {
    throw error;
  }
}
