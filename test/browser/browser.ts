import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';
import { ROOT } from '../support/sorot.js';

const SCREENSHOTS = join(ROOT, 'test-output');

/** Milliseconds after which what is awaited in a page is called missing. */
const WITHIN = 60_000;

const path = inject('chromium');

/** A group of browser tests, skipped where there is no browser. */
export const describeInBrowser = describe.skipIf(path === null);

export interface OpenOptions {
  readonly width?: number;
  readonly height?: number;
  /** The language of the browser. */
  readonly locale?: string;
  readonly colorScheme?: 'light' | 'dark';
  /** A phone: touched, and never pointed at. */
  readonly touch?: boolean;
  /** What may go wrong in this test, as it stands in the list of problems. */
  readonly expected?: readonly RegExp[];
}

/** A page of one test, and how to end it. */
interface Opened {
  readonly page: Page;
  /** Keeps a picture of it and throws where anything went wrong in it. */
  finish(): Promise<void>;
}

/**
 * A browser for the tests of one file. Each page has a profile of its own, without what other tests stored, and fails
 * its test at the end for whatever went wrong in it.
 */
export function useBrowser(): { open(url: string, options?: OpenOptions): Promise<Page> } {
  let browser: Browser | undefined;
  const opened: Opened[] = [];
  beforeAll(async () => {
    browser = await chromium.launch({
      ...(path === null ? {} : { executablePath: path }),
      // Chromium refuses to run sandboxed as root.
      chromiumSandbox: process.getuid?.() !== 0,
    });
  });
  afterEach(async () => {
    for (const page of opened.splice(0)) await page.finish();
  });
  afterAll(() => browser?.close());
  return {
    open: async (url, options = {}) => {
      if (browser === undefined) throw new Error('The browser is not there yet: open pages in tests only.');
      const one = await openPage(browser, options);
      opened.push(one);
      await one.page.goto(url);
      return one.page;
    },
  };
}

async function openPage(browser: Browser, options: OpenOptions): Promise<Opened> {
  const { width = 1280, height = 800, locale = 'en-GB', colorScheme = 'light', touch = false, expected = [] } = options;
  const viewport = { width, height };
  const context = await browser.newContext({ viewport, locale, colorScheme, hasTouch: touch, isMobile: touch });
  context.setDefaultTimeout(WITHIN);
  const page = await context.newPage();
  const problems = new Set<string>();
  let open = true;
  const note = (problem: string): void => {
    if (open && !expected.some((pattern) => pattern.test(problem))) problems.add(problem);
  };
  // Violations of the content security policy are errors on the console.
  page.on('console', (said) => {
    if (said.type() === 'error') note(`console: ${said.text()} (${said.location().url})`);
  });
  page.on('pageerror', (error) => {
    note(`uncaught: ${error.stack ?? error.message}`);
  });
  page.on('requestfailed', (request) => {
    note(`failed: ${request.method()} ${request.url()} ${request.failure()?.errorText ?? ''}`);
  });
  page.on('response', (response) => {
    if (response.status() >= 400) note(`answered ${response.status()}: ${response.url()}`);
  });
  const name = expect.getState().currentTestName ?? 'page';
  return {
    page,
    finish: async () => {
      await page.screenshot({ path: join(SCREENSHOTS, `${fileNameOf(name)}.png`) });
      open = false;
      await context.close();
      if (problems.size > 0) throw new Error(`In the page went wrong:\n${[...problems].join('\n')}`);
    },
  };
}

mkdirSync(SCREENSHOTS, { recursive: true });

function fileNameOf(name: string): string {
  return name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
}
