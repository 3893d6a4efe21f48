import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { LocalTelegram } from 'local-telegram';
import { answersTo, isPicture, isPrediction } from '../support/answers.js';
import { startBot } from '../support/bot.js';
import type { RunningBot } from '../support/bot.js';
import { words } from '../support/conversation.js';
import { costlyPictures, hostileFiles, sendAll } from '../support/hostile/index.js';
import type { HostileFile, SentFile } from '../support/hostile/index.js';
import { photograph, withComment } from '../support/pictures.js';
import { HAS_PROC, isAlive, residentBytes, treeBytes, TreePeak } from '../support/processes.js';

const MB = 2 ** 20;

/** What the smallest containers have: the bound on all processes together. */
const CONTAINER_MB = 512;

/** What all processes may keep of what they went through, the allocators' leftovers: 15 to 105 MB are usual. */
const KEPT = 130 * MB;

/** What the bot's own process may have at rest. Of 75 MB it goes to 125; dead photos would make it 190 and more. */
const OWN_AT_REST = 155 * MB;

/** Milliseconds after which a test hangs; ten seconds are usual. */
const TIMEOUT = 480_000;

/** Photos after which the processes have what they need for the next one. */
const WARM_UP = 5;

/** What is said of a file, as opposed to what is said of the bot. */
const ABOUT_THE_FILE =
  /^(I couldn’t open this file as a picture|This picture is too large|This file isn’t a picture|This is a (HEIC|video))/;

/** Bytes of a file as large as bots are given, and how many come at once. */
const LARGEST = 19.9e6;
const LARGEST_AT_ONCE = 10;

let files: HostileFile[];
let costly: HostileFile[];

beforeAll(async () => {
  [files, costly] = await Promise.all([hostileFiles(), costlyPictures()]);
});

interface Watched {
  readonly telegram: LocalTelegram;
  readonly bot: RunningBot;
  readonly peak: TreePeak;
  /** What the processes had once a few photos were answered. */
  readonly warm: number;
}

async function goodPhotoWorks(telegram: LocalTelegram, seed: number): Promise<void> {
  const friend = telegram.addUser({ languageCode: 'en' });
  const photo = await telegram.sendPhoto(friend, telegram.privateChat(friend), await photograph(seed, 1280, 960));
  const [answer] = await answersTo(telegram, [photo]);
  expect(answer?.second?.method).toBe('sendPhoto');
}

async function watched(): Promise<Watched> {
  const { telegram, bot } = await startBot({ MEMORY_LIMIT_MB: String(CONTAINER_MB) });
  for (let seed = 0; seed < WARM_UP; seed++) await goodPhotoWorks(telegram, seed);
  const warm = treeBytes(bot.pid);
  const peak = new TreePeak(bot.pid);
  onTestFinished(
    telegram.subscribe(() => {
      peak.look();
    }),
  );
  return { telegram, bot, peak, warm };
}

/** Nothing broke, the next photos are answered as if nothing had been, and the memory has come back by then. */
async function expectUnharmed({ telegram, bot, peak, warm }: Watched): Promise<void> {
  expect(peak.bytes).toBeLessThan(CONTAINER_MB * MB);
  // What was measured a second ago counts, and may have been a peak.
  await bot.untilMetric('sorot_memory_band{band="normal"}', (is) => is === 1);
  for (let seed = 0; seed < WARM_UP; seed++) await goodPhotoWorks(telegram, 1000 + seed);
  // Read of the processes, which do nothing for that: each look at /metrics makes garbage and hastens its collection.
  expect(treeBytes(bot.pid)).toBeLessThan(warm + KEPT);
  expect(bot.lines.filter(({ level }) => level === 'error' || level === 'fatal')).toEqual([]);
  for (const kind of ['predictions', 'heatmaps']) {
    expect(await bot.metric(`sorot_${kind}_total{outcome="crashed"}`)).toBe(0);
  }
  expect(isAlive(bot.pid)).toBe(true);
  expect((await bot.get('/healthz')).status).toBe(200);
}

function digestOf({ bytes }: HostileFile): string {
  return createHash('sha256').update(bytes).digest('base64');
}

/** Each was answered as its kind promises, and each refusal says what is wrong with the file. */
function expectAnswered(sent: readonly SentFile[]): void {
  const report = ({ file, answer }: SentFile): unknown => [file.kind, file.fileName, words(answer.first)];
  const predicted = ({ answer }: SentFile): boolean => isPrediction(answer.first);
  const about = ({ answer }: SentFile): boolean => ABOUT_THE_FILE.test(words(answer.first));
  expect(sent.filter((each) => !predicted(each) && !about(each)).map(report)).toEqual([]);
  const mistaken = sent.filter((each) => each.file.outcome === (predicted(each) ? 'refused' : 'predicted'));
  expect(mistaken.map(report)).toEqual([]);
}

describe.runIf(HAS_PROC)('whoever sends', { timeout: TIMEOUT }, () => {
  it('hundreds of hostile files is answered to each, harms nothing and leaves nothing behind', async () => {
    expect(new Set(files.map(digestOf)).size).toBeGreaterThanOrEqual(200);
    expect(new Set(files.map(({ kind }) => kind)).size).toBeGreaterThanOrEqual(15);
    const all = await watched();
    const sent = await sendAll(all.telegram, files);

    expect(sent).toHaveLength(files.length);
    expectAnswered(sent);
    const ofKind = (...kinds: readonly string[]): SentFile[] => sent.filter(({ file }) => kinds.includes(file.kind));
    const large = ofKind('over 20 MB', 'longer than it claims');
    expect(large.filter(({ answer }) => !words(answer.first).includes('too large'))).toEqual([]);
    const whole = ofKind('odd colours', 'two files in one');
    expect(whole.filter(({ answer }) => answer.second === null || !isPicture(answer.second))).toEqual([]);
    await expectUnharmed(all);
  });

  it('the pictures that take the most memory is answered within what a small container has', async () => {
    const all = await watched();
    expectAnswered(await sendAll(all.telegram, costly));
    await expectUnharmed(all);
  });

  it('the largest files that there may be, many at once, leaves nothing behind either', async () => {
    const all = await watched();
    const { telegram } = all;
    const photo = await photograph(1, 4000, 3000);
    const waiting = Array.from({ length: LARGEST_AT_ONCE }, (_, index) => {
      const from = telegram.addUser({ languageCode: 'en' });
      const bytes = withComment(Buffer.concat([photo, Buffer.alloc(LARGEST - photo.length)]), `file ${index}`);
      const options = { fileName: 'large.jpg', mimeType: 'image/jpeg' };
      return telegram.sendDocument(from, telegram.privateChat(from), bytes, options);
    });
    const answers = await answersTo(telegram, waiting, TIMEOUT / 2);
    expect(answers.filter(({ first }) => !isPrediction(first))).toEqual([]);
    await expectUnharmed(all);
    expect(residentBytes(all.bot.pid)).toBeLessThan(OWN_AT_REST);
  });
});
