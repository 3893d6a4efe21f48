import { defineConfig } from 'vitest/config';

/** What the backend "tensorflow" must do, by itself and beside the others. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: [
      'test/tensorflow/**/*.test.ts',
      'test/cli/options.test.ts',
      'test/vision/{engine-compiled,engine-memory,golden,proof}.test.ts',
      'test/vision/cam/two-objects.test.ts',
      'test/vision/trunk/**/*.test.ts',
    ],
    globalSetup: ['test/with-tensorflow.ts', 'test/build.ts'],
    setupFiles: ['test/clean-up.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 2,
  },
});
