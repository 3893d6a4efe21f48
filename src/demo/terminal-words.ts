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
    token: 'With a token from @BotFather in BOT_TOKEN it is a bot on the real Telegram.',
    ending: 'The demo ends.',
  },
  id: {
    running: 'Sorot sudah berjalan. Buka alamat ini di browser, di komputer ini juga:',
    taken: (port) => `Port ${port} sedang dipakai, jadi ini port kosong berikutnya.`,
    about: [
      'Ini demonya: botnya asli, Telegram-nya tiruan kecil di komputer ini. Tidak perlu token, dan tidak ada data',
      'yang keluar dari sini. Ctrl+C untuk berhenti.',
    ],
    token: 'Dengan token dari @BotFather di BOT_TOKEN, yang berjalan bot di Telegram sungguhan.',
    ending: 'Demo dihentikan.',
  },
};
