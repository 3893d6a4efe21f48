import { describe, expect, it, onTestFinished } from 'vitest';
import { MemoryStore } from '../../../src/analysis/store.js';
import { Settings } from '../../../src/bot/state/chat-settings.js';

function settings(): Settings {
  const store = new MemoryStore();
  onTestFinished(() => store.close());
  return new Settings(store);
}

describe('the settings of a chat', () => {
  it('are nothing at first, then what was changed, each by itself', async () => {
    const all = settings();
    expect(await all.of(-1)).toEqual({});
    await all.change(-1, { language: 'id' });
    await all.change(-1, { auto: true });
    await all.change(-1, { auto: false });
    await all.change(-2, { heatmaps: false });
    expect(await all.of(-1)).toEqual({ language: 'id', auto: false });
  });

  it('go with a group that gets another number, whoever tells it and however often', async () => {
    const all = settings();
    await all.change(-1, { language: 'id', auto: true });
    await all.move(-1, -1001);
    await all.move(-1, -1001);
    expect(await all.of(-1001)).toEqual({ language: 'id', auto: true });
    expect(await all.of(-1)).toEqual({});
  });
});
