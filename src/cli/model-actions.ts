import { addModel } from '../library/add.js';
import { chosenModel, writeModel } from '../library/env-file.js';
import { inspectModel } from '../library/inspect.js';
import type { ModelSummary } from '../library/inspect.js';
import { listModels, removeModel } from '../library/list.js';
import { findModel, modelNames } from '../models.js';
import type { PixelRange } from '../vision/pixel-range.js';
import { Progress } from './progress.js';
import { interruptible } from './interruption.js';
import { print, say } from './output.js';
import { listText, nextSteps, summaryText } from './model-text.js';

/** Where the bot that is started here reads its settings from. */
const ENV_FILE = '.env';

/** Options of `sorot model add`, parsed and checked. */
export interface ModelAddArguments {
  readonly name?: string;
  readonly labels?: string;
  readonly range?: PixelRange;
  readonly sha256?: string;
  readonly json?: boolean;
}

const jsonText = (summary: ModelSummary): string => `${JSON.stringify(summary)}\n`;

/** `sorot model add`: brings a model into the models folder and tells what it is. */
export async function add(from: string, given: ModelAddArguments): Promise<void> {
  const progress = new Progress();
  const summary = await interruptible((signal) =>
    addModel({
      from,
      name: given.name ?? null,
      labels: given.labels ?? null,
      range: given.range ?? null,
      sha256: given.sha256 ?? null,
      onProgress: (bytes, total) => {
        progress.show(bytes, total ?? bytes);
      },
      signal,
    }).finally(() => {
      progress.end();
    }),
  );
  await print(given.json === true ? jsonText(summary) : `Added ${summaryText(summary)}${nextSteps(summary.name)}`);
}

/** `sorot model list`: the models folder, and which of them the bot uses. */
export async function list(): Promise<void> {
  const { model, from } = await chosenModel(process.env, ENV_FILE);
  await print(listText(await listModels(), model));
  const told = { environment: 'MODEL in the environment', 'env-file': `MODEL in ${ENV_FILE}`, default: 'the default' };
  const elsewhere = modelNames().includes(model) ? '' : ', which is not in models/';
  await print(`The bot uses ${model}${elsewhere} (${told[from]}).\n`);
}

/** `sorot model inspect`: what a model is and what it costs. */
export async function inspect(nameOrPath: string, { json }: { json?: boolean }): Promise<void> {
  const summary = await inspectModel(findModel(nameOrPath));
  await print(json === true ? jsonText(summary) : summaryText(summary));
}

/** `sorot model use`: writes `MODEL=` into `.env` here, which the bot reads when it starts. */
export async function use(nameOrPath: string): Promise<void> {
  findModel(nameOrPath);
  const line = await writeModel(ENV_FILE, nameOrPath);
  await print(`${line} is in ${ENV_FILE}: the bot uses it from its next start.\n`);
  const { model, from } = await chosenModel(process.env, ENV_FILE);
  if (from === 'environment' && model !== nameOrPath) {
    say(`MODEL=${model} in the environment comes before ${ENV_FILE}: unset it.`);
  }
}

/** `sorot model remove`: takes a model out of the models folder. */
export async function remove(name: string): Promise<void> {
  await removeModel(name);
  await print(`Removed "${name}".\n`);
  const { model, from } = await chosenModel(process.env, ENV_FILE);
  if (model !== name) return;
  const where = from === 'environment' ? 'the environment' : ENV_FILE;
  say(`MODEL in ${where} still names it: the bot does not start until it names another.`);
}
