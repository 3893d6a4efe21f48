import { defineConfig } from 'vitest/config';

/** Tests that start processes or servers, or import what is built. Every other file is a unit test. */
const NEEDS_THE_BUILD = [
  'packages/*/test/**/*.test.ts',
  'test/{bench,cli,demo,e2e,http,redis}/**/*.test.ts',
  'test/analysis/{dying,explaining,heatmap-scheduler,memory,predicting,stopping}.test.ts',
  'test/bot/{albums,receiving}.test.ts',
  'test/bot/telegram/{chat-actions,client,delivery,retry}.test.ts',
  'test/library/{add,download}.test.ts',
  'test/log.test.ts',
  'test/vision/engine*.test.ts',
  'test/vision/short-lived.test.ts',
  'test/vision/image/legend.test.ts',
];

/** Of those, tests that measure the memory of the process they run in: others must not have filled it. */
const MEASURES_ITSELF = ['test/analysis/memory.test.ts', 'test/vision/engine-queue.test.ts'];

/** Tests with a configuration of their own. */
const ELSEWHERE = ['test/conformance/**', 'test/browser/**', 'test/tensorflow/**'];

export default defineConfig({
  // The packages are tested as they are written, not as they were built last.
  resolve: { tsconfigPaths: true },
  test: {
    // Bounds for what hangs, not for a slow machine: tests wait for events.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Many tests wait, for Telegram to be slow or for a process to end, while others can work.
    maxWorkers: 4,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['{test,packages/*/test}/**/*.test.ts'],
          exclude: [...ELSEWHERE, ...NEEDS_THE_BUILD],
          // Refuses what a unit test must not do, so that the list above stays right.
          setupFiles: ['test/unit.ts', 'test/clean-up.ts'],
          // TensorFlow.js takes longer to load than most files' tests: once for each worker, not for each file.
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'whole',
          include: NEEDS_THE_BUILD,
          exclude: MEASURES_ITSELF,
          globalSetup: ['test/build.ts'],
          setupFiles: ['test/clean-up.ts'],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          name: 'alone',
          include: MEASURES_ITSELF,
          globalSetup: ['test/build.ts'],
          setupFiles: ['test/clean-up.ts'],
        },
      },
    ],
  },
});
