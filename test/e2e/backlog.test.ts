import { beforeAll, describe, expect, it } from 'vitest';
import type { ApiCall, LocalTelegram, Message, User } from 'local-telegram';
import { answersTo, isBusy, isPicture, isPrediction } from '../support/answers.js';
import type { Answered } from '../support/answers.js';
import { localTelegram, startBot, SHARES } from '../support/bot.js';
import type { RunningBot } from '../support/bot.js';
import { said, words } from '../support/conversation.js';
import { grainyPhotograph, photograph, withComment } from '../support/pictures.js';
import { HAS_PROC, TreePeak } from '../support/processes.js';

const MB = 2 ** 20;

/** What the smallest containers have: the bound on all processes together. */
const CONTAINER_MB = 512;

/** What the processes may keep once nothing is left to do. */
const AT_REST = 300 * MB;

const PHOTOS = 100;

/** Every fifth is a file as a camera writes it. */
const FILE_EVERY = 5;

/** People who send one photo each; the others have sent several. */
const PEOPLE = 60;

/** How long heatmaps let predictions go first, at a stretch, in milliseconds. */
const PATIENCE_MS = 3_000;

/** Milliseconds between two of those that have lost it. */
const BRIEF_MS = 200;

/** Milliseconds after which a test hangs, and the answers in it; fifteen seconds are usual. */
const TIMEOUT = 480_000;
const WITHIN = 240_000;

let photos: Buffer[];
let files: Buffer[];

beforeAll(async () => {
  photos = await Promise.all([1, 2, 3, 4, 5, 6].map((seed) => photograph(seed, 1280, 960)));
  files = await Promise.all([7, 8].map((seed) => grainyPhotograph(seed, 4000, 3000)));
});

function pick<T>(from: readonly T[], index: number): T {
  const picked = from[index % from.length];
  if (picked === undefined) throw new Error('There is nothing to pick from.');
  return picked;
}

/** A photo of which there is only one, for bots know files by their content. */
function distinct(from: readonly Buffer[], index: number): Buffer {
  return withComment(pick(from, index), `photo ${index}`);
}

/** Photos and files sent while no bot is running. */
async function queueFor(telegram: LocalTelegram, howMany = PEOPLE): Promise<Message[]> {
  const people = Array.from({ length: howMany }, () => telegram.addUser({ languageCode: 'en' }));
  const sent: Message[] = [];
  for (let index = 0; index < PHOTOS; index++) {
    const user = pick(people, index);
    const chat = telegram.privateChat(user);
    if (index % FILE_EVERY === 0) {
      const options = { fileName: `IMG_${index}.JPG`, mimeType: 'image/jpeg' };
      sent.push(telegram.sendDocument(user, chat, distinct(files, index / FILE_EVERY), options));
    } else {
      sent.push(await telegram.sendPhoto(user, chat, distinct(photos, index)));
    }
  }
  expect(telegram.pendingUpdates).toBe(PHOTOS);
  return sent;
}

/** The bot as deployed, in front of what waits, and the most memory that its processes have. */
async function start(
  telegram: LocalTelegram,
  env: Record<string, string> = {},
): Promise<{ bot: RunningBot; peak: TreePeak }> {
  const { bot } = await startBot({ MEMORY_LIMIT_MB: String(CONTAINER_MB), ...env }, { telegram });
  const peak = new TreePeak(bot.pid);
  telegram.subscribe(() => {
    peak.look();
  });
  return { bot, peak };
}

function predictedOf(answers: readonly Answered[]): Answered[] {
  return answers.filter(({ first }) => isPrediction(first));
}

/** Where the calls stand among all that the bot made. */
function positions({ calls }: LocalTelegram, of: readonly ApiCall[]): number[] {
  return of.map((call) => calls.indexOf(call));
}

/** Predictions come first, but once that has lasted for as long as the patience heatmaps are let through one by one. */
function expectPredictionsFirst(telegram: LocalTelegram, bot: RunningBot, answers: readonly Answered[]): void {
  const predictions = positions(
    telegram,
    predictedOf(answers).map(({ first }) => first),
  );
  const pictures = positions(telegram, said(telegram).filter(isPicture));
  const steps = bot.lines.map(({ msg }) => msg);
  const timeOf = (index: number): number => Date.parse(String(bot.lines[index]?.['time']));
  const [begun, predicted] = [steps.indexOf('photo received'), steps.lastIndexOf('predicted')];
  const impatient = timeOf(predicted) - timeOf(begun) - PATIENCE_MS;
  const letThrough = impatient < 0 ? 0 : 1 + Math.floor(impatient / BRIEF_MS);
  expect(steps.slice(0, predicted).filter((step) => step === 'heatmap').length).toBeLessThanOrEqual(letThrough);
  const last = Math.max(...predictions);
  expect(pictures.filter((position) => position < last).length).toBeLessThanOrEqual(letThrough);
}

describe.runIf(HAS_PROC)('a hundred photos that were sent before the bot ran', { timeout: TIMEOUT }, () => {
  it('are all answered, predictions before heatmaps, within the memory of a small container', async () => {
    const telegram = await localTelegram();
    const waiting = await queueFor(telegram);
    const { bot, peak } = await start(telegram);
    const answers = await answersTo(telegram, waiting, WITHIN);

    // As many as may wait with no more said: there is room for each of them.
    expect(answers.filter(({ first }) => !isPrediction(first)).map(({ first }) => words(first))).toEqual([]);
    expect(said(telegram).filter(isPicture).length).toBeGreaterThan(PHOTOS / 2);
    expectPredictionsFirst(telegram, bot, answers);
    expect(peak.bytes).toBeLessThan(CONTAINER_MB * MB);
    await bot.untilMetric('sorot_memory_bytes', (bytes) => bytes < AT_REST);
  });

  it.skipIf(SHARES)('are told that it is busy where the queue is shorter, and the rest is answered', async () => {
    const telegram = await localTelegram();
    // Each by another person: nobody is told twice within a minute.
    const waiting = await queueFor(telegram, PHOTOS);
    const { bot, peak } = await start(telegram, { QUEUE_LIMIT: '20' });
    const answers = await answersTo(telegram, waiting, WITHIN);

    const predicted = predictedOf(answers);
    const busy = answers.filter(({ first }) => isBusy(first));
    expect(predicted.length + busy.length).toBe(PHOTOS);
    expect(predicted.length).toBeGreaterThanOrEqual(20);
    expect(busy.length).toBeGreaterThan(PHOTOS / 2);
    expectPredictionsFirst(telegram, bot, answers);
    expect(peak.bytes).toBeLessThan(CONTAINER_MB * MB);
    await bot.untilMetric('sorot_memory_bytes', (bytes) => bytes < AT_REST);
  });

  it('by one person are answered up to their share, and it is told once at once that the rest is too much', async () => {
    const share = 4;
    const telegram = await localTelegram();
    const user: User = telegram.addUser({ languageCode: 'en' });
    const chat = telegram.privateChat(user);
    const waiting: Message[] = [];
    for (let index = 0; index < PHOTOS; index++) {
      waiting.push(await telegram.sendPhoto(user, chat, distinct(photos, index)));
    }
    let release = (): void => undefined;
    const hold = new Promise<void>((resolve) => (release = resolve));
    telegram.fault({ method: 'file', times: PHOTOS, kind: { hold } });
    const { bot } = await start(telegram, { PERSON_LIMIT: String(share) });
    // Not one photo can be looked at yet.
    await telegram.waitUntil(() => said(telegram).some(isBusy));
    release();
    const answers = await answersTo(telegram, waiting.slice(0, share), WITHIN);
    expect(answers.every(({ first }) => isPrediction(first))).toBe(true);
    expectPredictionsFirst(telegram, bot, answers);
    await telegram.waitUntil(() => telegram.pendingUpdates === 0);
    expect(await bot.stop()).toBe(0);
    expect(said(telegram).filter(isBusy)).toHaveLength(1);
    expect(said(telegram)).toHaveLength(1 + 2 * share);
  });
});
