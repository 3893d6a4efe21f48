import { describe, expect, it, onTestFinished } from 'vitest';
import { Settings } from '../../../src/bot/state/chat-settings.js';

function settings(): Settings {
  const all = new Settings();
  onTestFinished(() => {
    all.close();
  });
  return all;
}

describe('the settings of a chat', () => {
  it('are nothing at first, then what was changed, each by itself', () => {
    const all = settings();
    expect(all.of(-1)).toEqual({});
    all.change(-1, { language: 'id' });
    all.change(-1, { auto: true });
    all.change(-1, { auto: false });
    all.change(-2, { heatmaps: false });
    expect(all.of(-1)).toEqual({ language: 'id', auto: false });
  });

  it('go with a group that gets another number, whoever tells it and however often', () => {
    const all = settings();
    all.change(-1, { language: 'id', auto: true });
    all.move(-1, -1001);
    all.move(-1, -1001);
    expect(all.of(-1001)).toEqual({ language: 'id', auto: true });
    expect(all.of(-1)).toEqual({});
  });
});
