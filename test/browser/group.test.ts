import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.js';
import { loadedSize } from './chat.js';
import type { ChatPage } from './chat.js';
import { useDemo } from './demo.js';
import { examplePhoto } from './photos.js';

async function setSwitch(chat: ChatPage, name: string, on: boolean): Promise<void> {
  const found = chat.page.getByRole('switch', { name });
  if ((await found.isChecked()) !== on) await found.click();
  await chat.page.getByRole('switch', { name, checked: on }).waitFor();
}

describeInBrowser('the group', () => {
  const demo = useDemo();

  async function enterGroup(settings: { privacy: boolean; admin?: boolean; topic?: boolean }): Promise<ChatPage> {
    const chat = await demo.enter();
    await chat.choose('Kelompok');
    await setSwitch(chat, 'Privacy mode', settings.privacy);
    await setSwitch(chat, 'Bot is admin', settings.admin ?? false);
    if (settings.topic === true) await chat.choose('Foto liburan');
    return chat;
  }

  async function as(chat: ChatPage, person: string): Promise<void> {
    await chat.page.getByRole('combobox', { name: 'Write as' }).selectOption(person);
  }

  it('hears a photo under privacy mode only when somebody replies to it with /explain', async () => {
    const chat = await enterGroup({ privacy: true });
    await as(chat, 'Budi');
    const thread = await chat.sendFiles([await examplePhoto()], { caption: 'Only for the others' });
    const photo = await thread.message(0);
    await loadedSize(photo.getByRole('img', { name: 'Photo from Budi' }));
    await as(chat, 'Citra');
    await chat.replyTo(photo);
    await chat.page.getByText('Reply to Budi', { exact: true }).waitFor();
    const asked = await chat.write('/explain');
    await (await asked.message(0)).getByText(/^In reply to Budi: .*Only for the others/).waitFor();
    await loadedSize((await asked.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
    // Had the photo itself been heard, its answer would stand before these.
    expect(await thread.count()).toBe(4);
  });

  it('has the examples at hand for whoever writes', async () => {
    const chat = await enterGroup({ privacy: true });
    await as(chat, 'Citra');
    const thread = await chat.thread(() => chat.button('A cat').click());
    await loadedSize((await thread.message(0)).getByRole('img', { name: 'Photo from Citra' }));
    await chat.replyTo(await thread.message(0));
    const asked = await chat.write('/explain');
    await (await asked.message(1)).getByText('Egyptian cat').first().waitFor();
    await loadedSize((await asked.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
  });

  it('keeps what belongs to the topic in the topic', async () => {
    const chat = await enterGroup({ privacy: true, topic: true });
    const thread = await chat.sendFiles([await examplePhoto()], { caption: '/explain' });
    await loadedSize((await thread.message(2)).getByRole('img', { name: 'Heatmap from Sorot' }));
    await chat.choose('Kelompok');
    await chat.box.waitFor();
    expect(
      await chat.messages
        .filter({ hasText: '/explain' })
        .filter({ has: chat.page.getByAltText('Photo from Ayu') })
        .count(),
    ).toBe(0);
  });

  it('has every photo answered once privacy mode is off and an admin wants it', async () => {
    const chat = await enterGroup({ privacy: false });
    const set = await chat.write('/auto on');
    await (await set.message(1)).getByText('OK, I’ll answer every photo in this group.').waitFor();
    await as(chat, 'Budi');
    const thread = await chat.sendFiles([await examplePhoto()]);
    await loadedSize((await thread.message(2)).getByRole('img', { name: /^Heatmap/ }));
    await as(chat, 'Ayu');
    await (await (await chat.write('/auto off')).message(1)).waitFor();
  });

  it('is told how to let the bot see, and making it admin is one of the ways', async () => {
    const chat = await enterGroup({ privacy: true });
    await (await (await chat.write('/auto on')).message(1)).getByText('I can’t see the photos of this group').waitFor();
    await setSwitch(chat, 'Bot is admin', true);
    const thread = await chat.sendFiles([await examplePhoto()]);
    await loadedSize((await thread.message(2)).getByRole('img', { name: /^Heatmap/ }));
    await (await (await chat.write('/auto off')).message(1)).waitFor();
    await setSwitch(chat, 'Bot is admin', false);
  });

  it('lets nobody but its admins change its settings', async () => {
    const chat = await enterGroup({ privacy: true });
    await as(chat, 'Citra');
    await (
      await (await chat.write('/heatmap off')).message(1)
    )
      .getByText('Only admins of this group can change that.')
      .waitFor();
  });

  it('is spoken to in one language, whatever that of each member’s app', async () => {
    const chat = await enterGroup({ privacy: true });
    await (await (await chat.write('/model')).message(1)).getByText(/Classes:/).waitFor();
    await as(chat, 'Budi');
    const thread = await chat.write('/heatmap on');
    await (await thread.message(1)).getByText('Only admins of this group can change that.').waitFor();
  });
});
