import type { ChatKey, ExampleView } from '../protocol.js';
import { Attachments } from './composer/attachments.js';
import { Composer } from './composer/composer.js';
import { createDropZone } from './composer/drop-zone.js';
import { Drafts } from './composer/drafts.js';
import { Sending } from './composer/sending.js';
import { element } from './dom/element.js';
import { lamp } from './dom/icons.js';
import { Activity } from './messages/activity.js';
import { Conversation } from './messages/conversation.js';
import type { MessageActions } from './messages/message-actions.js';
import { Presses } from './messages/presses.js';
import { fillFaults } from './panels/faults.js';
import { fillLog } from './panels/log.js';
import { Panel } from './panels/panel.js';
import { ask } from './requests.js';
import { createAnnouncer } from './shell/announcer.js';
import { createBanner } from './shell/banner.js';
import { createChatHead } from './shell/chat-head.js';
import { createChatList } from './shell/chat-list.js';
import { createGroupSettings } from './shell/group-settings.js';
import { createLanguageSwitch } from './shell/language-switch.js';
import { OpenChat } from './shell/open-chat.js';
import { Toasts } from './shell/toasts.js';
import { Unread } from './shell/unread.js';
import { Store } from './store.js';
import { Stream } from './stream.js';
import { Compare } from './viewing/compare.js';
import { Viewer } from './viewing/viewer.js';
import { Speech } from './words/speech.js';

/** Below this the list of chats and the open chat are two screens. */
const TWO_SCREENS = matchMedia('(max-width: 719px)');

const store = new Store();
const speech = new Speech();
const open = new OpenChat();
const toasts = new Toasts(speech);
// First of all that draws, since what it says is drawn by everything else.
const languages = createLanguageSwitch(store, speech, toasts);
const activity = new Activity(store, speech);
const presses = new Presses(store, toasts);
const drafts = new Drafts(store);
const sending = new Sending(drafts, toasts);
const attachments = new Attachments({ drafts, open, speech, toasts });
const composer = new Composer({ store, speech, open, drafts, sending, attachments });
const compare = new Compare({ store, speech, toasts });
const viewer = new Viewer({
  store,
  speech,
  compare: (message) => {
    compare.show(message);
  },
});

const isChatShown = (): boolean => !document.hidden && !(TWO_SCREENS.matches && open.onList);
const unread = new Unread(store, open, (chat) => chat === open.key && isChatShown());

const actions: MessageActions = {
  reply: (message) => {
    composer.reply(message);
  },
  edit: (message) => {
    composer.edit(message);
  },
  remove: ({ chat, id }) => {
    void toasts.succeeds(ask('/api/delete', { chat, id }));
  },
  jumpTo: (id) => {
    conversation.jumpTo(id);
  },
  enlarge: (message) => {
    viewer.show(message);
  },
  compare: (message) => {
    compare.show(message);
  },
  press: (message, pressed) => {
    void presses.press(message, pressed);
  },
  isWaiting: (message, pressed) => presses.isWaiting(message, pressed),
  command: (chat: ChatKey, command: string) => {
    if (chat === 'private') void sending.text(chat, command);
    else composer.fill(command);
  },
};

const conversation = new Conversation({
  store,
  speech,
  open,
  activity,
  presses,
  actions,
  start: () => {
    void sending.text(open.key, '/start');
  },
  sendExample: (example: ExampleView) => {
    void sending.example(open.key, example);
  },
});

drafts.on('changed', (chat) => {
  if (chat === open.key) conversation.mark(drafts.of(chat).replyTo);
});

const faults = new Panel(speech, 'fault', (words) => words.faults);
const log = new Panel(speech, 'log', (words) => words.log);
fillFaults(faults.body, { store, speech, toasts });
fillLog(log, store, speech);
faults.on('opened', () => {
  log.close();
});
log.on('opened', () => {
  faults.close();
});

const groupSettings = createGroupSettings(store, speech, toasts);
const side = element(
  'aside',
  { class: 'side' },
  element('header', { class: 'brand' }, lamp(), element('p', { class: 'brand-name' }, 'Sorot'), languages),
  createChatList({ store, speech, open, unread, activity }),
  element(
    'footer',
    { class: 'side-foot' },
    faults.opener,
    log.opener,
    speech.text(element('p', { class: 'about' }), ({ aboutDemo }) => aboutDemo),
  ),
);
const chat = element(
  'main',
  { class: 'chat' },
  createChatHead({ store, speech, open, activity, groupSettings }),
  groupSettings,
  conversation.node,
  composer.node,
  createDropZone(speech, (files) => {
    attachments.add(open.key, files);
    composer.focus();
  }),
);

document.body.append(
  createBanner(store, speech),
  element('div', { class: 'app' }, side, chat, faults.node, log.node),
  toasts.node,
  viewer.node,
  compare.node,
  createAnnouncer(store, speech),
);

const drawTitle = (): void => {
  document.title = unread.total === 0 ? 'Sorot' : `(${unread.total}) Sorot`;
};
unread.on('changed', drawTitle);

document.addEventListener('keydown', ({ key, defaultPrevented, target }) => {
  const inDialog = target instanceof Element && target.closest('dialog, [popover]') !== null;
  if (key === 'Escape' && !defaultPrevented && !inDialog) composer.cancel();
});
open.on('changed', () => {
  if (!open.onList && matchMedia('(hover: hover)').matches) composer.focus();
});

new Stream(
  (told) => {
    store.apply(told);
  },
  (connected) => {
    store.setConnected(connected);
  },
);
