import { SingleBar } from 'cli-progress';

/** Shows on a terminal how far a download is; anywhere else it shows nothing. */
export class DownloadProgress {
  readonly #bar: SingleBar | null;
  #started = false;

  constructor(stream: NodeJS.WriteStream) {
    const format = '{bar} {percentage} %, {eta_formatted} to go';
    // Left visible: a second Ctrl+C ends the program at once, with nobody to bring the cursor back.
    this.#bar = stream.isTTY ? new SingleBar({ format, stream, clearOnComplete: true, hideCursor: false }) : null;
  }

  /** @param total null where the server does not say */
  show(bytes: number, total: number | null): void {
    if (!this.#started) this.#bar?.start(total ?? bytes, bytes);
    this.#started = true;
    // Another try may find another file there.
    this.#bar?.setTotal(total ?? bytes);
    this.#bar?.update(bytes);
  }

  stop(): void {
    this.#bar?.stop();
  }
}
