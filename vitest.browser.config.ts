import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/build.ts', 'test/browser/setup.ts'],
    setupFiles: ['test/clean-up.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
});
