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

  interface Compared {
    readonly chat: ChatPage;
    readonly view: Locator;
    readonly heatmap: Locator;
  }

  /** Opens the view on a heatmap. */
  async function opened(chat: ChatPage, heatmap: Locator): Promise<Compared> {
    await loadedSize(heatmap.getByRole('img', { name: 'Heatmap from Sorot' }));
    await heatmap.getByRole('button', { name: 'Compare' }).click();
    const view = chat.page.getByRole('dialog', { name: 'Photo and heatmap' });
    await view.waitFor();
    return { chat, view, heatmap };
  }

  /** The answer is a kind, "cat", with "animal" around it. */
  async function compared(shows: 'both' | 'galaxies' = 'both'): Promise<Compared> {
    const chat = await demo.enter();
    const thread = await chat.sendFiles([await examplePhoto('photo.jpg', shows)]);
    return opened(chat, await thread.message(2));
  }

  /** Waits until a class or kind is the chosen one, with its name as title and its numbers there to be read. */
  async function isShown(view: Locator, label: string): Promise<void> {
    const chosen = view.getByRole('group', { name: 'Classes' }).getByRole('button', { pressed: true });
    await chosen.filter({ has: view.page().getByText(label, { exact: true }) }).waitFor();
    expect(await chosen.count()).toBe(1);
    await view.getByRole('heading', { name: label, exact: true }).waitFor();
    await view.getByText('Point at the picture').waitFor();
  }

  it('moves the edge between photo and heatmap by keyboard', async () => {
    const { chat, view } = await compared();
    await isShown(view, 'cat');
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

  it.each([
    ['a kind', 'animal'],
    ['a class', 'espresso'],
    ['a class of the kind that was told', 'Egyptian cat'],
  ])('shows the heatmap of %s, and leaves no message in the chat', async (_, label) => {
    const { chat, view } = await compared();
    await isShown(view, 'cat');
    const shown = view.getByRole('img', { name: /^Heatmap/ });
    const before = (await shown.getAttribute('src')) ?? expect.fail('The heatmap has no address.');
    const messages = await chat.messages.allInnerTexts();
    const classes = view.getByRole('group', { name: 'Classes' }).getByRole('button');
    await classes.nth(9).waitFor();
    await classes.filter({ has: chat.page.getByText(label, { exact: true }) }).click();
    await isShown(view, label);
    await loadedSize(shown);
    expect(await shown.getAttribute('src')).not.toBe(before);
    expect(await chat.messages.allInnerTexts()).toEqual(messages);
  });

  it('lists kinds first, those around them next, then the likeliest classes', async () => {
    const { view } = await compared();
    const classes = view.getByRole('group', { name: 'Classes' }).getByRole('button');
    await classes.nth(2 + 20 - 1).waitFor();
    const labels = (await classes.allInnerTexts()).map((text) => text.replace(/\s*[\d.]+%$/, ''));
    expect(labels).toHaveLength(2 + 20);
    expect(labels.slice(0, 2)).toEqual(['cat', 'animal']);
    expect(labels.slice(2, 5).toSorted()).toEqual(['Egyptian cat', 'striped cat', 'tabby cat']);
  });

  it('knows the class of a heatmap whose caption says that the bot is not sure', async () => {
    const { view, heatmap } = await compared('galaxies');
    expect(await heatmap.textContent()).toMatch(/bubble [\d.]+%, not sure/);
    await isShown(view, 'bubble');
  });

  it.each(['crane (bird)', 'banana'])(
    'lists %s, which is not likely, where its heatmap was asked for',
    async (label) => {
      const chat = await demo.enter();
      const photo = await (await chat.sendFiles([await examplePhoto('photo.jpg', 'both')])).message(0);
      await chat.replyTo(photo);
      await chat.write(`/explain ${label}`);
      const { view } = await opened(chat, chat.messages.filter({ hasText: `${label} ` }).last());
      await isShown(view, label);
      const classes = view.getByRole('group', { name: 'Classes' }).getByRole('button');
      await classes.filter({ has: chat.page.getByText('animal', { exact: true }) }).click();
      await isShown(view, 'animal');
    },
  );

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
