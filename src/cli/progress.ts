import yoctoSpinner from 'yocto-spinner';

/** How far something is, in one line of a terminal on stderr; anywhere else nothing is shown. */
export class Progress {
  // Interruptions are the program's own to answer.
  readonly #spinner = yoctoSpinner({ handleSignals: false });

  show(done: number, total: number): void {
    const share = total > 0 ? Math.min(done / total, 1) : 0;
    const text = `${Math.floor(share * 100)}%`;
    if (!process.stderr.isTTY || text === this.#spinner.text) return;
    if (this.#spinner.isSpinning) this.#spinner.text = text;
    else this.#spinner.start(text);
  }

  /** Takes it away. */
  end(): void {
    this.#spinner.stop();
  }
}
