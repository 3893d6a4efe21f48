import type { FileChooser, Locator, Page } from 'playwright-core';

/** A file as a person picks it. */
export interface Picked {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** The messages of one send, in order: the person's own first. */
export interface Thread {
  /** The message so many places after those that were there before; waits until it is. */
  message(place: number): Promise<Locator>;
  /** How many there are by now. */
  count(): Promise<number>;
}

/** The chat page as a person meets it: by roles and names. */
export class ChatPage {
  readonly page: Page;
  /** Messages and albums, with their buttons. */
  readonly messages: Locator;
  readonly box: Locator;
  readonly send: Locator;
  /** The example pictures over the text field. */
  readonly examples: Locator;

  constructor(page: Page) {
    this.page = page;
    this.messages = page.getByRole('list', { name: /^(Messages|Pesan)$/ }).getByRole('listitem');
    this.box = page.getByRole('textbox', { name: /^(Message|Caption|Tulis pesan|Keterangan)$/ });
    this.send = page.getByRole('button', { name: /^(Send|Kirim)$/ });
    this.examples = page.getByRole('group', { name: /^(Example pictures|Contoh gambar)$/ });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** The tab of a chat. */
  chat(title: string): Locator {
    return this.page
      .getByRole('navigation', { name: /^Chats?$/ })
      .getByRole('link', { name: new RegExp(`^${title}\\b`) });
  }

  /** Opens a chat by its title. */
  async choose(title: string): Promise<void> {
    const link = this.chat(title);
    await link.click();
    await link.and(this.page.locator('[aria-current="page"]')).waitFor();
  }

  /** Does something that sends messages, and follows what comes of it. */
  async thread(work: () => Promise<unknown>): Promise<Thread> {
    await this.box.waitFor();
    const before = await this.messages.count();
    await work();
    return {
      message: async (place) => {
        const found = this.messages.nth(before + place);
        await found.waitFor();
        return found;
      },
      count: async () => (await this.messages.count()) - before,
    };
  }

  write(text: string): Promise<Thread> {
    return this.thread(async () => {
      await this.box.fill(text);
      await this.box.press('Enter');
    });
  }

  /** Picks files with the button, as yet unsent. */
  async pick(...files: readonly Picked[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.button(/^(Attach pictures|Lampirkan gambar)$/).click();
    await this.choosing(await chooser, files);
  }

  /** Picks files, with a caption where one is given, and sends them. */
  sendFiles(files: readonly Picked[], options: { caption?: string; asFile?: boolean } = {}): Promise<Thread> {
    return this.thread(async () => {
      await this.pick(...files);
      if (options.caption !== undefined) await this.box.fill(options.caption);
      if (options.asFile === true) await this.page.getByRole('checkbox', { name: 'Send as file' }).check();
      await this.send.click();
    });
  }

  /** Files that are dragged onto the page, or pasted into it. */
  async bring(files: readonly Picked[], how: 'drop' | 'paste'): Promise<void> {
    const given = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') }));
    if (how === 'drop') {
      await this.page.evaluate(drag, { given, events: ['dragenter', 'dragover'] });
      await this.page.getByText(/^(Drop to attach|Lepaskan untuk melampirkan)/).waitFor();
      await this.page.evaluate(drag, { given, events: ['drop'] });
    } else {
      await this.box.focus();
      await this.page.evaluate(drag, { given, events: ['paste'] });
    }
    const picked = this.page.getByRole('list', { name: /^(Picked files|File yang dipilih)$/ }).getByRole('listitem');
    await picked.nth(files.length - 1).waitFor();
  }

  /** Answers a message: what is sent next is a reply to it. */
  async replyTo(message: Locator): Promise<void> {
    await message.hover();
    await message.getByRole('button', { name: /^(Reply|Balas)$/ }).click();
  }

  private async choosing(chooser: FileChooser, files: readonly Picked[]): Promise<void> {
    await chooser.setFiles([...files]);
    const picked = this.page.getByRole('list', { name: /^(Picked files|File yang dipilih)$/ }).getByRole('listitem');
    await picked.nth(files.length - 1).waitFor();
  }
}

interface Dropping {
  readonly given: readonly { readonly name: string; readonly mimeType: string; readonly base64: string }[];
  readonly events: readonly string[];
}

/** What a browser does with files from outside; runs in the page. */
function drag({ given, events }: Dropping): void {
  interface Target {
    dispatchEvent(event: unknown): boolean;
  }
  interface Surroundings {
    readonly document: { readonly activeElement: Target | null; readonly body: Target };
    readonly DataTransfer: new () => { readonly items: { add(file: unknown): void } };
    readonly File: new (parts: Uint8Array[], name: string, options: { type: string }) => unknown;
    readonly DragEvent: new (type: string, options: object) => unknown;
    readonly ClipboardEvent: new (type: string, options: object) => unknown;
  }
  const { document, DataTransfer, File, DragEvent, ClipboardEvent } = globalThis as unknown as Surroundings;
  const data = new DataTransfer();
  for (const { name, mimeType, base64 } of given) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    data.items.add(new File([bytes], name, { type: mimeType }));
  }
  const reach = { bubbles: true, cancelable: true, composed: true };
  for (const type of events) {
    const event =
      type === 'paste'
        ? new ClipboardEvent(type, { ...reach, clipboardData: data })
        : new DragEvent(type, { ...reach, dataTransfer: data });
    (document.activeElement ?? document.body).dispatchEvent(event);
  }
}

interface Picture {
  readonly naturalWidth: number;
  readonly naturalHeight: number;
  decode(): Promise<void>;
}

/** The size of a picture that has really been loaded, in pixels; rejects where it has not. */
export async function loadedSize(image: Locator): Promise<{ width: number; height: number }> {
  await image.scrollIntoViewIfNeeded();
  return image.evaluate(async (picture: Picture) => {
    await picture.decode();
    return { width: picture.naturalWidth, height: picture.naturalHeight };
  });
}
