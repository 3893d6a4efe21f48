import type { ToPage } from '../protocol.js';

const AGAIN_AFTER_MS = 1500;

/** What the server pushes, for as long as the page is open: it is called again whenever the connection breaks. */
export class Stream {
  readonly #told: (told: ToPage) => void;
  readonly #connected: (connected: boolean) => void;

  constructor(told: (told: ToPage) => void, connected: (connected: boolean) => void) {
    this.#told = told;
    this.#connected = connected;
    this.#open();
  }

  #open(): void {
    const source = new EventSource('/events');
    source.addEventListener('message', (event: MessageEvent<string>) => {
      this.#connected(true);
      this.#told(JSON.parse(event.data) as ToPage);
    });
    // The browser's own retry ends for good at the first answer that is none; this one does not.
    source.addEventListener('error', () => {
      source.close();
      this.#connected(false);
      setTimeout(() => {
        this.#open();
      }, AGAIN_AFTER_MS);
    });
  }
}
