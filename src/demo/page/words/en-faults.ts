import type { Words } from './catalogue.js';

export const faults: Words['fault'] = {
  crash: {
    title: 'Crash in mid-work',
    broken: 'The process that looks at pictures is killed while it makes a heatmap.',
    now: 'Send a photo.',
    seen: 'The prediction stays. In place of the heatmap, one sentence: the program stopped and has been started again. The next photo works.',
    operator:
      'Reason `crashed`. If it is always the same photo, it is the photo. If it is every photo, the container kills the process for its memory: give it more, or set `CONCURRENCY=1`.',
  },
  deadline: {
    title: 'Deadline passes',
    broken: 'The work on a heatmap hangs, and the deadline is short.',
    now: 'Send a photo and wait a few seconds.',
    seen: 'The prediction at once. Then: it took too long and was stopped. The work really ends, and its memory is given back.',
    operator:
      'Reason `timeout`, after `HEATMAP_TIMEOUT_S` (120 s). An early `LAYER` of a large model takes seconds, the last one milliseconds.',
  },
  memory: {
    title: 'Memory runs high',
    broken: 'The bot believes that its memory is nearly used up.',
    now: 'Send a photo.',
    seen: 'The prediction stays, the heatmap is declined: memory is nearly full. The bot itself lives on.',
    operator:
      'Reason `memory`, above 78% of `MEMORY_LIMIT_MB`. If it comes often: a smaller model, `CONCURRENCY=1`, more memory, or `HEATMAP=off`. `/status` shows the figures.',
  },
  off: {
    title: 'Heatmaps off',
    broken: 'The operator has switched heatmaps off for the whole bot.',
    now: 'Send a photo, then write /explain.',
    seen: 'Predictions only. /explain says that heatmaps are switched off for this bot.',
    operator:
      'Reason `disabled`: `HEATMAP=off` answers faster and needs less memory. In one chat, `/heatmap off` does it.',
  },
  'rate-limit': {
    title: 'Telegram says: slow down',
    broken: 'Telegram refuses the next calls with 429 “Too Many Requests” and a time to wait.',
    now: 'Send a photo.',
    seen: 'Nothing is lost: the answer comes as soon as the time is over, in the right order.',
    operator:
      'Telegram allows about 30 messages a second, 20 a minute in one group. The bot waits as long as it is told; the log has `retry_after`.',
  },
  'slow-file': {
    title: 'Slow download',
    broken: 'Telegram hands files out so slowly that the download is given up.',
    now: 'Send a photo and wait.',
    seen: 'The bot says that the photo could not be fetched, and asks to send it again.',
    operator:
      'Reason `telegram`, after `DOWNLOAD_TIMEOUT_S` (30 s). Telegram’s own servers can be slow, and so can the line to them.',
  },
  'file-gone': {
    title: 'File is gone',
    broken: 'Telegram does not have the photo’s file any more.',
    now: 'Send a photo.',
    seen: 'The bot says that the photo cannot be fetched any more, and asks to send it again.',
    operator: 'Reason `photo-gone`. It passes when the photo is sent again; there is nothing to set.',
  },
  unreachable: {
    title: 'Telegram unreachable',
    broken: 'Every connection of the bot to Telegram breaks.',
    now: 'Send a photo, wait, then switch this off.',
    seen: 'Silence at first. Once it is off, the bot fetches what it missed and answers. It never ends by itself.',
    operator:
      'An outage of Telegram or of the network is waited out; `/readyz` says 503 meanwhile. A firewall must let `api.telegram.org` through, or set `TELEGRAM_API_ROOT`.',
  },
};
