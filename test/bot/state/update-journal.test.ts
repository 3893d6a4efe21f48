import { setImmediate as turn } from 'node:timers/promises';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { UpdateJournal } from '../../../src/bot/state/update-journal.js';
import { createLog } from '../../../src/log.js';
import { newFolder } from '../../support/folders.js';

const log = createLog({ level: 'silent', secrets: [] });

const aFile = async (): Promise<string> => join(await newFolder(), 'journal.json');

/** A process that begins with these updates and is killed. */
function dies(file: string, ...updates: readonly number[]): void {
  const journal = new UpdateJournal(file, log);
  for (const update of updates) journal.begin(update);
}

describe('what the next process is told', () => {
  it('is which updates have been answered', async () => {
    const file = await aFile();
    new UpdateJournal(file, log).answered(10);
    await turn();
    const next = new UpdateJournal(file, log);
    expect([next.wasAnswered(10), next.wasAnswered(11)]).toEqual([true, false]);
  });

  it('is which update two processes died of, and no other', async () => {
    const file = await aFile();
    dies(file, 10, 11);
    expect(new UpdateJournal(file, log).isDeadly(10)).toBe(false);
    dies(file, 10);
    const third = new UpdateJournal(file, log);
    expect([third.isDeadly(10), third.isDeadly(11)]).toEqual([true, false]);
  });

  it('is nothing of processes that died before they worked on it', async () => {
    const file = await aFile();
    dies(file, 10);
    for (let times = 0; times < 3; times++) dies(file);
    expect(new UpdateJournal(file, log).isDeadly(10)).toBe(false);
  });

  it('is nothing of work that has ended', async () => {
    const file = await aFile();
    for (let times = 0; times < 2; times++) {
      const journal = new UpdateJournal(file, log);
      journal.begin(10);
      journal.end(10);
      await turn();
    }
    expect(new UpdateJournal(file, log).isDeadly(10)).toBe(false);
  });

  it('is no longer told once the update that killed has been answered', async () => {
    const file = await aFile();
    dies(file, 10);
    dies(file, 10);
    new UpdateJournal(file, log).answered(10);
    await turn();
    expect(new UpdateJournal(file, log).isDeadly(10)).toBe(false);
  });

  it('is forgotten after a day, as Telegram forgets updates', async () => {
    const file = await aFile();
    new UpdateJournal(file, log).answered(10);
    await turn();
    const yesterday = Date.now() / 1000 - 90_000;
    await utimes(file, yesterday, yesterday);
    expect(new UpdateJournal(file, log).wasAnswered(10)).toBe(false);
  });

  it.each(['', '{', '{"working":', '[1]', 'null'])('is nothing where the file holds %j', async (content) => {
    const file = await aFile();
    await writeFile(file, content);
    const journal = new UpdateJournal(file, log);
    expect([journal.wasAnswered(1), journal.isDeadly(1)]).toEqual([false, false]);
  });

  it('stays small and holds numbers only', async () => {
    const file = await aFile();
    const journal = new UpdateJournal(file, log);
    for (let update = 0; update < 1000; update++) journal.answered(900_000_000 + update);
    for (let update = 0; update < 1000; update++) journal.begin(update);
    const text = await readFile(file, 'utf8');
    expect(text.length).toBeLessThan(5000);
    expect(text).toMatch(/^[\d\s{}[\]:,"a-z]*$/);
  });

  it('cannot be written everywhere, which stops nothing', async () => {
    const file = await aFile();
    await mkdir(file);
    const journal = new UpdateJournal(file, log);
    journal.begin(1);
    journal.answered(1);
    expect(journal.wasAnswered(1)).toBe(true);
  });
});
