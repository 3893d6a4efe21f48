import { readFile } from 'node:fs/promises';
import { Command, CommanderError, Option } from 'commander';
import { VisionError } from '../vision/vision-error.js';
import { parseClass, parseCount } from './arguments.js';
import type { EvaluateArguments, ExplainArguments } from './arguments.js';
import { withEngineOptions } from './engine-options.js';
import { addModelCommands } from './model-commands.js';
import { DEFAULT_MODEL } from '../models.js';
import { oneLine } from './one-line.js';

/** Exit codes: done, could not, asked wrongly. */
const [FAILED, BAD_ARGUMENTS] = [1, 2];

const manifest = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

// What a command needs is loaded by it: most of the time that a short run takes would go into the others.
const program = new Command('sorot')
  .description('Says what a photo shows, and shows why as a heatmap over it.')
  .version(manifest.version, '-V, --version', 'print the version')
  .helpOption('-h, --help', 'print this help')
  .showHelpAfterError('(sorot --help tells how it is used)')
  .exitOverride();

const explainCommand = program
  .command('explain')
  .summary('predict photos and write their heatmaps')
  .description('Predicts each photo and writes a heatmap of where the network looked for one class.')
  .argument('<photo...>', 'JPEG, PNG, WebP, AVIF, GIF or TIFF files')
  .addOption(
    new Option('-m, --model <name or path>', 'the classifier: from models/, a file, a folder or a zip').default(
      DEFAULT_MODEL,
    ),
  )
  .option(
    '-c, --class <class>',
    'explain this: a class or kind by its name, a rank such as 2, or a class index such as #341 (default: the answer)',
    parseClass,
  )
  .option('-o, --out <file>', 'where the heatmap goes; for several photos an existing folder');

withEngineOptions(explainCommand)
  .option('--json', 'print one JSON document instead of text')
  .addHelpText(
    'after',
    `
Examples:
  sorot explain dog.jpg
  sorot explain dog.jpg --class cat --out why-cat.jpg
  sorot explain *.jpg --json > results.json

Exit codes: 0 every photo was predicted, 1 one was not, 2 wrong arguments.`,
  )
  .action(async (files: string[], given: ExplainArguments) => {
    const { explain } = await import('./explain-command.js');
    process.exitCode = await explain(files, given);
  });

const evaluateCommand = program
  .command('evaluate')
  .summary('measure a model on photos whose class is known')
  .description('Measures answers, calibration, "not sure" and heatmaps on photos whose class is known.')
  .argument('<model>', 'the classifier: a name from models/, a file, a folder or a zip')
  .requiredOption('-d, --data <folder or .tar>', 'class folders, or files whose names begin with the class index')
  .option('-n, --none <folder or .tar>', 'pictures of nothing the model knows, a folder a kind')
  .option('-o, --out <folder>', 'write evaluation.json and evaluation.html here')
  .addOption(
    new Option('--heatmaps <count>', 'photos at most whose heatmaps are measured, 0 for none')
      .argParser(parseCount)
      .default(100),
  )
  .addOption(new Option('--seed <number>', 'of what is random').argParser(parseCount).default(1));

withEngineOptions(evaluateCommand)
  .option('--json', 'print one JSON document instead of text')
  .addHelpText(
    'after',
    `
Photos lie in folders named by class (label or index), or have names such as 0012_house_finch.jpg that begin with the
index. A picture of --none is answered rightly with "not sure", or with a class that its name begins with, if any, in
four digits: 0922_menu.png. Archives are .tar or .tar.gz.

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

// A reader that went away (`| head`) or a full disk ends the output, not with a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') process.stderr.write(`sorot: the output could not be written: ${error.message}\n`);
  process.exitCode = FAILED;
});

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : BAD_ARGUMENTS;
  } else if (error instanceof VisionError) {
    process.stderr.write(`sorot: ${oneLine(error.message)}\n`);
    process.exitCode = error.code === 'invalid-argument' ? BAD_ARGUMENTS : FAILED;
  } else {
    throw error;
  }
}
