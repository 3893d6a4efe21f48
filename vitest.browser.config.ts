import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/build.ts', 'test/browser/setup.ts'],
    setupFiles: ['test/clean-up.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // Each file has a demo and a browser of its own, of two to four processes that mostly wait for each other.
    maxWorkers: 3,
  },
});
