import { defineConfig } from 'vitest/config';

/** The bot's end-to-end tests once more, with everything in Redis that several processes would share. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/build.ts', 'test/with-redis.ts'],
    setupFiles: ['test/clean-up.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    maxWorkers: 4,
    isolate: false,
  },
});
