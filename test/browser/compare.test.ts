import type { Locator } from 'playwright-core';
import sharp from 'sharp';
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.js';
import { loadedSize } from './chat.js';
import type { ChatPage } from './chat.js';
import { useDemo } from './demo.js';
import { examplePhoto } from './photos.js';

/** What a part of the page looks like near its left and its right edge, as pixels. */
async function sidesOf(part: Locator): Promise<{ left: Buffer; right: Buffer }> {
  const shown = await part.screenshot();
  const { width, height } = await sharp(shown).metadata();
  const strip = (left: number): Promise<Buffer> =>
    sharp(shown)
      .extract({ left, top: 0, width: Math.floor(width / 4), height })
      .raw()
      .toBuffer();
  return { left: await strip(0), right: await strip(Math.ceil((width * 3) / 4)) };
}

describeInBrowser('the compare view', () => {
  const demo = useDemo();

  async function compared(): Promise<{ chat: ChatPage; view: Locator; heatmap: Locator }> {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto('photo.jpg', 'cup')]);
    const heatmap = await thread.message(2);
    await loadedSize(heatmap.getByRole('img', { name: 'Heatmap from Sorot' }));
    await heatmap.getByRole('button', { name: 'Compare' }).click();
    const view = chat.page.getByRole('dialog', { name: 'Photo and heatmap' });
    await view.waitFor();
    return { chat, view, heatmap };
  }

  it('moves the edge between photo and heatmap by keyboard', async () => {
    const { chat, view } = await compared();
    for (const image of await view.getByRole('img').all()) await loadedSize(image);
    const slider = view.getByRole('slider', { name: 'Between photo and heatmap' });
    const stage = view.getByRole('application', { name: "The map's numbers" });
    await slider.focus();
    expect(await slider.inputValue()).toBe('50');
    const half = await sidesOf(stage);
    await chat.page.keyboard.press('Home');
    const photo = await sidesOf(stage);
    await chat.page.keyboard.press('End');
    const heatmap = await sidesOf(stage);
    expect(heatmap.left.equals(photo.left) || heatmap.right.equals(photo.right)).toBe(false);
    expect(half.left.equals(heatmap.left) && half.right.equals(photo.right)).toBe(true);
    await chat.page.keyboard.press('ArrowLeft');
    expect(await slider.inputValue()).toBe('99');
  });

  it('asks for the heatmap of another class and shows it', async () => {
    const { chat, view } = await compared();
    const shown = view.getByRole('img', { name: /^Heatmap/ });
    const before = (await shown.getAttribute('src')) ?? expect.fail('The heatmap has no address.');
    const messages = await chat.messages.count();
    const classes = view.getByRole('group', { name: 'Classes' }).getByRole('button');
    await classes.nth(9).waitFor();
    expect(await classes.first().getAttribute('aria-pressed')).toBe('true');
    const label = /^\D+/.exec(await classes.nth(1).innerText())?.[0].trim() ?? expect.fail('The button has no name.');
    await classes.nth(1).click();
    await view.getByRole('group', { name: 'Classes' }).getByRole('button', { name: label, pressed: true }).waitFor();
    const answer = chat.messages.nth(messages + 1);
    await answer.getByText(`spoke most for “${label}”`).waitFor({ state: 'attached' });
    await loadedSize(answer.getByAltText('Heatmap from Sorot'));
    await loadedSize(shown.and(chat.page.locator(`:not([src="${before}"])`)));
  });

  it("says the map's numbers under the pointer, and by keyboard", async () => {
    const { chat, view } = await compared();
    const numbers = view.getByRole('application', { name: "The map's numbers" });
    const said = /^Row \d+, column \d+: \d+% of this picture’s maximum/;
    await view.getByText('Point at the picture').waitFor();
    await numbers.hover({ position: { x: 40, y: 40 } });
    const status = view.getByText(said);
    await status.waitFor();
    const first = await status.innerText();
    await numbers.focus();
    await chat.page.keyboard.press('ArrowRight');
    await chat.page.keyboard.press('ArrowDown');
    await view.getByText(said).filter({ hasNotText: first }).waitFor();
  });

  it('closes with Escape and gives the focus back', async () => {
    const { chat, view, heatmap } = await compared();
    await chat.page.keyboard.press('Escape');
    await view.waitFor({ state: 'detached' });
    const button = heatmap.getByRole('button', { name: 'Compare' });
    expect(await button.evaluate((found: { matches(selector: string): boolean }) => found.matches(':focus'))).toBe(
      true,
    );
  });
});
