import type { Language } from './protocol.js';

/** What is said where the demo was started; lines are indented by whoever prints them. */
interface TerminalWords {
  readonly running: string;
  readonly taken: (port: number) => string;
  readonly about: readonly string[];
  readonly token: string;
  readonly ending: string;
}

export const TERMINAL_WORDS: Readonly<Record<Language, TerminalWords>> = {
  en: {
    running: 'Sorot is running. Open this address in a browser on this machine:',
    taken: (port) => `Port ${port} is taken, so this is the next free one.`,
    about: [
      'This is the demo: the real bot with a small Telegram of its own. No token is needed, and nothing leaves',
      'this machine. Ctrl+C ends it.',
    ],
    token: 'A token from @BotFather in BOT_TOKEN starts the real bot instead.',
    ending: 'The demo ends.',
  },
  id: {
    running: 'Sorot sudah berjalan. Buka alamat ini di peramban di komputer ini:',
    taken: (port) => `Port ${port} sedang dipakai, jadi ini port kosong berikutnya.`,
    about: [
      'Ini demonya: bot yang sebenarnya dengan Telegram kecil miliknya sendiri. Tidak perlu token, dan tidak ada',
      'yang keluar dari komputer ini. Ctrl+C mengakhirinya.',
    ],
    token: 'Dengan token dari @BotFather di BOT_TOKEN, yang berjalan adalah bot aslinya.',
    ending: 'Demo berakhir.',
  },
};
