import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { startDemo } from '../support/demo.js';
import type { RunningDemo } from '../support/demo.js';
import { useBrowser } from './browser.js';
import type { OpenOptions } from './browser.js';
import { ChatPage } from './chat.js';

export interface Demo {
  /** The page, opened and ready to write in. */
  enter(options?: OpenOptions): Promise<ChatPage>;
  /** Ends the demo, as Ctrl+C does. */
  stop(): Promise<void>;
  /** Starts another one on the same port. */
  startAgain(): Promise<void>;
}

/** One demo for all tests of a file: each finds what the ones before it wrote. */
export function useDemo(): Demo {
  return demoAround(beforeAll, afterAll);
}

/** A new demo for each test: nothing has been written yet. */
export function useDemoPerTest(): Demo {
  return demoAround(beforeEach, afterEach);
}

type Around = (work: () => Promise<void>) => void;

function demoAround(before: Around, after: Around): Demo {
  let running: RunningDemo | undefined;
  const now = (): RunningDemo => {
    if (running === undefined) throw new Error('There is no demo outside of a test.');
    return running;
  };
  before(async () => {
    running = await startDemo();
  });
  after(async () => {
    await running?.stop();
  });
  // Hooks that end something run from the last to the first: pages are closed before the demo they show.
  const browser = useBrowser();
  return {
    enter: async (options) => {
      const chat = new ChatPage(await browser.open(now().url, options));
      await chat.chat('Sorot').waitFor();
      return chat;
    },
    stop: async () => {
      await now().stop();
    },
    startAgain: async () => {
      running = await startDemo({ PORT: new URL(now().url).port });
    },
  };
}
