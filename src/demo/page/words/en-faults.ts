import type { FaultName } from '../../protocol.js';

/**
 * The switch's name; what is broken; what to do, and what comes in the chat; what it means for an operator, and what
 * helps, with variables and reasons between backticks.
 */
type FaultWords = Readonly<Record<'title' | 'broken' | 'seen' | 'operator', string>>;

/** In the order of the list. */
export const faults: Readonly<Record<FaultName, FaultWords>> = {
  crash: {
    title: 'Crash in mid-work',
    broken: 'The process that looks at pictures is killed while it makes a heatmap.',
    seen: 'Send a photo. The prediction stays. In place of the heatmap comes a sentence: something broke while drawing it, and works again now. Switched off, the next photo works as ever.',
    operator:
      'Reason `crashed`. If it is always the same photo, it is the photo. If it is every photo, the container kills the process for its memory: give it more, or set `CONCURRENCY=1`.',
  },
  deadline: {
    title: 'Deadline passes',
    broken: 'The work on a heatmap hangs, and its deadline is four seconds.',
    seen: 'Send a photo and wait four seconds. The prediction at once. Then a sentence: it took too long, so the bot stopped. The work really ends, and its memory is given back.',
    operator:
      'Reason `timeout`, after `HEATMAP_TIMEOUT_S` (120 s). An early `LAYER` of a large model takes seconds, the last one milliseconds.',
  },
  memory: {
    title: 'Memory runs high',
    broken: 'The bot gets a memory limit just above what it uses, which takes a few restarts to find.',
    seen: 'Send a photo. The prediction stays, the heatmap is declined: the bot is short of memory right now. The bot itself lives on.',
    operator:
      'Reason `memory`, above 78% of `MEMORY_LIMIT_MB`, or with less than 48 MB of it free. If it comes often: a smaller model, `CONCURRENCY=1`, more memory, or `HEATMAP=off`. `/status` shows the figures.',
  },
  off: {
    title: 'Heatmaps off',
    broken: 'The operator has switched heatmaps off for the whole bot.',
    seen: 'Send a photo. The prediction, and one sentence: the operator has switched heatmaps off for this whole bot.',
    operator:
      'Reason `disabled`: `HEATMAP=off` answers faster and needs less memory. In one chat, `/heatmap off` does it.',
  },
  'rate-limit': {
    title: 'Telegram says: slow down',
    broken: 'Telegram refuses each heatmap once, with 429 “Too Many Requests” and three seconds to wait.',
    seen: 'Send a photo. The prediction at once, the heatmap three seconds later. Nothing is lost.',
    operator:
      'Telegram allows about 30 messages a second, and 20 a minute in one group. The bot waits as long as it is told and tries again; the log has the seconds. There is nothing to set.',
  },
  'slow-file': {
    title: 'Slow download',
    broken: 'Telegram hands out each file four seconds late.',
    seen: 'Send a photo. “Sorot is typing” for as long as it takes, then everything as usual.',
    operator:
      'After `DOWNLOAD_TIMEOUT_S` (30 s) the bot gives up and says that the photo could not be fetched, reason `telegram`.',
  },
  'file-gone': {
    title: 'File is gone',
    broken: 'Telegram does not have the photo’s file any more.',
    seen: 'Send a photo. One sentence: the photo is no longer available. Send it again.',
    operator: 'Reason `photo-gone`. It passes when the photo is sent again; there is nothing to set.',
  },
  unreachable: {
    title: 'Telegram unreachable',
    broken: 'For ten seconds Telegram answers nothing but 502. Then it comes back by itself.',
    seen: 'Send a photo at once, and wait. Silence at first. Then the bot fetches what it missed and answers. It never ends by itself.',
    operator:
      'An outage is waited out, with longer and longer pauses; `/readyz` says 503 meanwhile. A firewall must let `api.telegram.org` through; `TELEGRAM_API_ROOT` names another server.',
  },
};
