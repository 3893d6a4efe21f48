import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/conformance/**/*.test.ts'],
    globalSetup: ['test/build.ts'],
    setupFiles: ['test/clean-up.ts'],
    // Bounds for what hangs, not for a slow machine: the longest takes two minutes where others work beside it.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    // One file measures heatmaps for minutes on one core.
    maxWorkers: 2,
  },
});
