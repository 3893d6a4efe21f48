import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UpdateJournal } from '../../../src/bot/state/update-journal.js';
import { createLog } from '../../../src/log.js';
import { newFolder } from '../../support/folders.js';

const log = createLog({ level: 'silent', secrets: [] });

const aFile = async (): Promise<string> => join(await newFolder(), 'journal.json');

/** A process that begins with these updates and is killed. */
function dies(file: string, ...updates: readonly number[]): void {
  const journal = new UpdateJournal(file, log);
  for (const update of updates) journal.begin(update);
  // The kernel closes what a killed process has open.
  journal.close();
}

/** A journal that is not killed, whose file is closed in the end. */
function open(file: string): UpdateJournal {
  const journal = new UpdateJournal(file, log);
  onTestFinished(() => {
    journal.close();
  });
  return journal;
}

describe('what the next process is told', () => {
  it('is which updates have been answered', async () => {
    const file = await aFile();
    open(file).answered(10);
    const next = open(file);
    expect([next.wasAnswered(10), next.wasAnswered(11)]).toEqual([true, false]);
  });

  it('is which update two processes died of, and no other', async () => {
    const file = await aFile();
    dies(file, 10, 11);
    expect(open(file).isDeadly(10)).toBe(false);
    dies(file, 10);
    const third = open(file);
    expect([third.isDeadly(10), third.isDeadly(11)]).toEqual([true, false]);
  });

  it('is nothing of processes that died before they worked on it', async () => {
    const file = await aFile();
    dies(file, 10);
    for (let times = 0; times < 3; times++) dies(file);
    expect(open(file).isDeadly(10)).toBe(false);
  });

  it('is nothing of work that has ended', async () => {
    const file = await aFile();
    for (let times = 0; times < 2; times++) {
      const journal = open(file);
      journal.begin(10);
      journal.end(10);
    }
    expect(open(file).isDeadly(10)).toBe(false);
  });

  it('is no longer told once the update that killed has been answered', async () => {
    const file = await aFile();
    dies(file, 10);
    dies(file, 10);
    open(file).answered(10);
    expect(open(file).isDeadly(10)).toBe(false);
  });

  it('is forgotten after a day, as Telegram forgets updates', async () => {
    const file = await aFile();
    open(file).answered(10);
    const yesterday = Date.now() / 1000 - 90_000;
    await utimes(file, yesterday, yesterday);
    expect(open(file).wasAnswered(10)).toBe(false);
  });

  it.each(['', 'answered', 'answered x\\n', 'begun -1\\n', 'nothing 1\\n', '\\0\\0'])(
    'is nothing where the file holds %j',
    async (content) => {
      const file = await aFile();
      await writeFile(file, content);
      const journal = open(file);
      expect([journal.wasAnswered(1), journal.isDeadly(1)]).toEqual([false, false]);
    },
  );

  it('stays small and holds numbers only', async () => {
    const file = await aFile();
    const journal = open(file);
    for (let update = 900_000_000; update < 900_005_000; update++) {
      journal.begin(update);
      journal.end(update);
      journal.answered(update);
    }
    const text = await readFile(file, 'utf8');
    expect(text.length).toBeLessThan(20_000);
    expect(text).toMatch(/^((begun|ended|died|answered) \d+\n)*$/);
    expect(open(file).wasAnswered(900_004_999)).toBe(true);
  });

  it('cannot be written everywhere, which stops nothing', async () => {
    const file = await aFile();
    await mkdir(file);
    const journal = open(file);
    journal.begin(1);
    journal.answered(1);
    expect(journal.wasAnswered(1)).toBe(true);
  });
});
