import type { ChatKey, FaultName, Language } from '../../protocol.js';
import type { RefusalCode } from '../requests.js';

/** What can be done while one fault is on, and what it means outside the demo. */
export interface FaultWords {
  /** The switch's name. */
  readonly title: string;
  /** What is broken. */
  readonly broken: string;
  /** What to do now. */
  readonly now: string;
  /** What comes in the chat. */
  readonly seen: string;
  /** For the operator: what it means, and which variable helps. */
  readonly operator: string;
}

/** Everything the page itself says, in one language; what the bot says comes from the bot. All of it is plain text. */
export interface Words {
  readonly language: Language;

  readonly chats: string;
  readonly backToChats: string;
  readonly languageChoice: string;
  readonly aboutDemo: string;
  readonly unread: (count: number) => string;
  readonly nothingYet: string;

  readonly bot: string;
  readonly members: (names: readonly string[], bot: string) => string;
  readonly messages: string;
  readonly newMessages: (count: number) => string;
  readonly today: string;
  readonly yesterday: string;
  readonly edited: string;
  readonly messageFrom: (name: string, time: string) => string;
  readonly photoFrom: (name: string) => string;
  readonly heatmapFrom: (name: string) => string;
  readonly photo: string;
  readonly album: (count: number) => string;
  readonly heatmap: string;
  readonly enlarge: string;
  readonly pictureFailed: string;
  readonly loadAgain: string;
  readonly inReplyTo: (name: string, what: string) => string;
  readonly deletedMessage: string;
  readonly botAdded: (name: string, bot: string) => string;
  readonly botRemoved: (name: string, bot: string) => string;
  readonly spoiler: string;
  readonly action: Readonly<Record<'typing' | 'upload_photo' | 'upload_document', (name: string) => string>>;

  readonly reply: string;
  readonly more: string;
  readonly edit: string;
  readonly remove: string;
  readonly compare: string;
  readonly comparePhoto: (photo: number) => string;
  readonly cancel: string;
  readonly close: string;
  readonly ok: string;

  readonly composer: string;
  readonly write: string;
  readonly caption: string;
  readonly send: string;
  readonly save: string;
  readonly attach: string;
  readonly examples: string;
  readonly picked: string;
  readonly removePicked: (name: string) => string;
  readonly asFile: string;
  readonly dropHere: string;
  readonly dropMore: string;
  readonly commands: string;
  readonly replyTo: (name: string) => string;
  readonly editing: string;
  readonly writeAs: string;
  readonly tooManyFiles: (limit: number) => string;
  readonly fileTooLarge: (name: string) => string;
  readonly fileEmpty: (name: string) => string;

  readonly groupSettings: string;
  readonly privacyMode: string;
  readonly privacyOn: string;
  readonly privacyOff: string;
  readonly botIsAdmin: string;
  readonly adminOn: string;
  readonly adminOff: string;

  readonly start: string;
  readonly tryPicture: string;
  readonly dropHint: string;
  readonly emptyGroup: Readonly<Record<Exclude<ChatKey, 'private'>, string>>;
  readonly emptyGroupSteps: readonly string[];

  readonly viewer: string;
  readonly previousPicture: string;
  readonly nextPicture: string;
  readonly pictureOf: (number: number, count: number) => string;

  readonly compareTitle: string;
  readonly compareSlider: string;
  readonly sliderValue: (percent: string) => string;
  readonly classes: string;
  readonly classesHint: string;
  readonly numbers: string;
  readonly numbersHint: string;
  readonly numbersLoading: string;
  readonly numbersNone: string;
  readonly cell: (row: number, column: number, percent: string) => string;
  readonly asking: (name: string) => string;
  readonly noAnswerYet: (name: string) => string;
  readonly photoGone: string;

  readonly faults: string;
  readonly faultsIntro: string;
  readonly faultNow: string;
  readonly faultSeen: string;
  readonly faultOperator: string;
  readonly faultDetails: string;
  readonly faultMet: (times: number) => string;
  readonly faultWaiting: string;
  readonly faultSwitching: string;
  readonly faultUnavailable: string;
  readonly faultOff: string;
  readonly fault: Readonly<Record<FaultName, FaultWords>>;

  readonly log: string;
  readonly logIntro: string;
  readonly logLines: string;
  readonly logEmpty: string;
  readonly logFields: (count: number) => string;
  readonly logEnd: string;

  readonly connecting: string;
  /** The command stands by itself behind the sentence. */
  readonly stopped: { readonly before: string; readonly command: string };
  readonly botStarting: string;
  readonly botRestarting: string;
  readonly botEnded: (why: string) => string;
  readonly notices: string;
  readonly refused: Readonly<Record<RefusalCode, string>>;
}
