import type { Locator, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.js';
import { loadedSize } from './chat.js';
import { useDemoPerTest } from './demo.js';

/** Far more than there are places to stop at, so that a circle without the target ends. */
const MAX_STOPS = 100;

async function tabTo(page: Page, target: Locator): Promise<void> {
  for (let stops = 0; stops < MAX_STOPS; stops++) {
    await page.keyboard.press('Tab');
    if ((await page.locator(':focus').and(target).count()) === 1) return;
  }
  expect.fail(`Tab does not get to ${target.toString()}.`);
}

describeInBrowser('a first visit', () => {
  const demo = useDemoPerTest();

  it('comes to a heatmap by a click on an example', async () => {
    const chat = await demo.enter();
    await chat.page.getByRole('heading', { name: 'Try a picture' }).waitFor();
    for (const name of ['A cat', 'A cup of coffee', 'A coffee and a cat', 'A raccoon', 'Galaxies']) {
      await loadedSize(chat.button(name).locator('img'));
    }
    const thread = await chat.thread(() => chat.button('A cat').click());
    await loadedSize((await thread.message(0)).getByRole('img', { name: 'Photo from Ayu' }));
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
    await chat.page.getByRole('heading', { name: 'Try a picture' }).waitFor({ state: 'detached' });
    // The examples stay at hand.
    const second = await chat.thread(() => chat.button('Galaxies').click());
    await (await second.message(1)).getByText('I’m not sure.').waitFor();
  });

  it('comes to a heatmap, and compares it, by keyboard alone', async () => {
    const { page, messages, box } = await demo.enter();
    await box.waitFor();
    await tabTo(page, page.getByRole('button', { name: 'A cat' }));
    await page.keyboard.press('Enter');
    const heatmap = messages.nth(2);
    await loadedSize(heatmap.getByRole('img', { name: 'Heatmap from Sorot' }));
    await tabTo(page, heatmap.getByRole('button', { name: 'Compare' }));
    await page.keyboard.press('Enter');
    const view = page.getByRole('dialog', { name: 'Photo and heatmap' });
    await tabTo(page, view.getByRole('slider'));
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Escape');
    await view.waitFor({ state: 'detached' });
  });

  it('turns Indonesian as a whole: the page, the menu and the bot', async () => {
    const chat = await demo.enter();
    await chat.button('Bahasa Indonesia').click();
    await chat.page.getByRole('heading', { name: 'Coba sebuah gambar' }).waitFor();
    expect(await chat.page.locator('html').getAttribute('lang')).toBe('id');
    await chat.box.focus();
    await chat.page.keyboard.type('/');
    await chat.page
      .getByRole('group', { name: 'Perintah' })
      .getByRole('button', { name: '/bantuan Cara memakai bot ini' })
      .waitFor();
    await chat.box.fill('');
    const thread = await chat.thread(() => chat.button('Kucing').click());
    const heatmap = await thread.message(2);
    await heatmap.getByText('kuning paling berpengaruh').waitFor();
    await loadedSize(heatmap.getByRole('img', { name: 'Heatmap dari Sorot' }));
    await (
      await thread.message(1)
    )
      .getByRole('button', { name: /^Kenapa .+\?$/ })
      .first()
      .waitFor();
    await chat.examples.getByRole('button', { name: 'Kopi dan kucing' }).waitFor();
    await chat.button('English').click();
    await heatmap.getByRole('img', { name: 'Heatmap from Sorot' }).waitFor();
  });
});
