import { expect, test } from 'vitest';
import { childEnvironment } from '../../src/vision/child-environment.js';

test('nothing secret reaches the processes that read what strangers made', () => {
  const passed = childEnvironment({ PATH: '/bin', BOT_TOKEN: '123456789:secret', REDIS_URL: 'redis://:secret@redis' });
  expect(passed['PATH']).toBe('/bin');
  expect(JSON.stringify(passed)).not.toContain('secret');
});

test('ONNX Runtime is told to report nothing to its maker, whatever the environment says', () => {
  expect(childEnvironment({ ORT_DISABLE_TELEMETRY: '0' })['ORT_DISABLE_TELEMETRY']).toBe('1');
});
