import { expect, it } from 'vitest';
import { describeInBrowser } from './browser.js';
import { loadedSize } from './chat.js';
import { useDemoPerTest } from './demo.js';
import { examplePhoto } from './photos.js';

describeInBrowser('a page whose demo stops', () => {
  const demo = useDemoPerTest();

  it('says so, and comes back with nothing of before once it is started again', async () => {
    // The page goes on asking, which the browser reports each time.
    const chat = await demo.enter({
      expected: [/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_EMPTY_RESPONSE/],
    });
    const before = await chat.sendFiles([await examplePhoto()]);
    const picture = (await before.message(2)).getByRole('img', { name: 'Heatmap from Sorot' });
    await loadedSize(picture);
    const source = await picture.getAttribute('src');
    await demo.stop();
    const banner = chat.page.getByText('The demo has stopped. Start it again with npm start');
    await banner.waitFor();
    await demo.startAgain();
    await banner.waitFor({ state: 'hidden' });
    await chat.page.getByRole('heading', { name: 'Try a picture' }).waitFor();
    expect(await chat.messages.count()).toBe(0);
    const after = await chat.sendFiles([await examplePhoto()]);
    const fresh = (await after.message(2)).getByRole('img', { name: 'Heatmap from Sorot' });
    await loadedSize(fresh);
    expect(await fresh.getAttribute('src')).not.toBe(source);
  });
});
