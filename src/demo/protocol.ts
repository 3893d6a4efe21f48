/**
 * What the demo's server and its chat page say to each other: types only, both sides are compiled against them.
 *
 * The server pushes `ToPage` as server-sent events from `/events`; the page asks by `POST` of the bodies below. Times are
 * Unix seconds, sizes bytes.
 */

/** The private chat of Ayu with the bot, the group Kelompok, and its topic. */
export type ChatKey = 'private' | 'group' | 'topic';

export type Language = 'en' | 'id';

export interface PersonView {
  readonly id: number;
  readonly name: string;
  /** What this person's app is set to, and so what the bot speaks to them at first. */
  readonly language: Language;
}

export interface CommandView {
  readonly command: string;
  readonly description: string;
}

/** What the bot shows that it is doing. */
export type Doing = 'typing' | 'upload_photo';

export interface ChatView {
  readonly title: string;
  /** Who can write here, the first of them by default. */
  readonly people: readonly PersonView[];
  /** The `/` menu, in the language of the person who writes here by default. */
  readonly menu: readonly CommandView[];
  /** The last ones, oldest first. */
  readonly messages: readonly MessageView[];
  /** Until the bot's next message here, or for five seconds, as Telegram shows it. */
  readonly doing: Doing | null;
}

/** As Telegram names them; offsets count UTF-16 units. */
export interface EntityView {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
}

export interface TextView {
  readonly text: string;
  readonly entities: readonly EntityView[];
}

export interface ButtonView {
  readonly text: string;
  /** What a press sends to the bot. */
  readonly data: string;
}

export interface MessageView {
  /** Unique in its chat. */
  readonly id: number;
  readonly from: { readonly id: number; readonly name: string; readonly bot: boolean };
  readonly date: number;
  /** The text, or the caption under what it carries. */
  readonly text?: TextView;
  /** Addresses hold the file's own id, so that one never shows another picture. */
  readonly photo?: { readonly url: string; readonly width: number; readonly height: number };
  readonly document?: {
    readonly url: string;
    readonly name: string;
    readonly bytes: number;
    /** Whether a browser can show it. */
    readonly image: boolean;
  };
  /** Messages of one album have the same, and come one after the other. */
  readonly album?: string;
  /** The message this one answers; it may be too long ago to be told. */
  readonly replyTo?: number;
  readonly buttons: readonly (readonly ButtonView[])[];
  /** On a heatmap of the bot: the message with the photo it lies over. */
  readonly explains?: number;
}

export type BotState =
  | { readonly state: 'starting' | 'ready' }
  /** A fault is being switched on, or off where it needed other settings. */
  | { readonly state: 'restarting' }
  /** It ended by itself; `why` is its last line. */
  | { readonly state: 'ended'; readonly why: string };

/** What can be broken, in the order in which the page lists it. */
export type FaultName =
  'crash' | 'deadline' | 'memory' | 'off' | 'rate-limit' | 'slow-file' | 'file-gone' | 'unreachable';

export interface FaultsView {
  /** One at a time, so that what is seen has one cause. */
  readonly active: FaultName | null;
  /** Photos or calls that have met it since it was switched on. */
  readonly met: number;
  /** What this system cannot do: without signals or a list of processes there is no way to stop one in mid-work. */
  readonly unavailable: readonly FaultName[];
}

export interface GroupView {
  /** Privacy mode, as set with BotFather: with it the bot sees commands and replies to itself only. */
  readonly privacy: boolean;
  readonly botIsAdmin: boolean;
}

/** A picture that comes with the demo. */
export interface ExampleView {
  readonly name: string;
  readonly url: string;
  readonly title: Readonly<Record<Language, string>>;
}

export interface LogLineView {
  readonly time: number;
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';
  readonly text: string;
  /** Everything else in the line. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** How the bot answered a pressed button; without text it just stops waiting. */
export interface PressAnswer {
  /** What `/api/press` was answered with. */
  readonly query: string;
  readonly text?: string;
}

/** Everything there is to show. */
export interface DemoState extends Readonly<Record<ChatKey, ChatView>> {
  /** Another at each start of the demo, which begins with empty chats. */
  readonly run: string;
  readonly bot: { readonly name: string; readonly username: string; readonly description: string };
  readonly botState: BotState;
  readonly groupSettings: GroupView;
  readonly faults: FaultsView;
  readonly examples: readonly ExampleView[];
  /** The last ones. */
  readonly answers: readonly PressAnswer[];
  readonly log: readonly LogLineView[];
}

/** At first everything, then each part that has changed, whole. */
export type ToPage = Partial<DemoState>;

/** Who writes where, and to which message it is a reply. */
export interface Writing {
  readonly chat: ChatKey;
  readonly from: number;
  readonly replyTo?: number;
}

/**
 * `POST` bodies as JSON, by path; each is answered with 200 and JSON, or with `Refused`.
 *
 * Besides, `POST /api/files` takes a form: the fields of `Writing` as text, `caption`, `as` (`photo` or `file`) and one
 * to ten `file`s, which become one album where they are several; what is no picture goes as a file in any case.
 */
export interface Requests {
  readonly '/api/text': Writing & { readonly text: string };
  readonly '/api/example': Writing & { readonly name: string };
  readonly '/api/press': { readonly chat: ChatKey; readonly from: number; readonly id: number; readonly data: string };
  /** The language of a person's app. */
  readonly '/api/language': { readonly person: number; readonly language: Language };
  readonly '/api/group': Partial<GroupView>;
  readonly '/api/fault': { readonly name: FaultName | null };
  /** The map of a class over a photo, for the compare view; `label` is one of its names, without it what the bot answered. */
  readonly '/api/map': { readonly chat: ChatKey; readonly photo: number; readonly label?: string };
}

export interface Answers {
  readonly '/api/text': Record<string, never>;
  readonly '/api/example': Record<string, never>;
  /** The number that its answer will have. */
  readonly '/api/press': { readonly query: string };
  readonly '/api/language': Record<string, never>;
  readonly '/api/group': Record<string, never>;
  readonly '/api/fault': Record<string, never>;
  readonly '/api/map': MapView;
}

/** A class or kind that a photo may show. */
export interface NamedClass {
  readonly label: string;
  readonly names: Readonly<Record<Language, string>>;
  readonly probability: number;
}

/** What the same engine says of the same photo: the heatmap, and the figures behind its colours. */
export interface MapView {
  /** The kinds the photo may be of, innermost first, then the classes, likeliest first; then the one asked for, where it is none of them. */
  readonly classes: readonly NamedClass[];
  /** The one asked for. */
  readonly label: string;
  /** Of the one asked for; absent where it has none. */
  readonly map?: {
    /** The photo with the map over it, as a `data:` address. */
    readonly picture: string;
    readonly rows: number;
    readonly columns: number;
    /** Row by row from the top left, 0 to 1 of this picture's maximum. */
    readonly values: readonly number[];
    /** The part of the photo that the map lies over, as shares of its width and height: all of it unless it was cropped. */
    readonly area: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
  };
}

/** What went wrong, for a sentence in the page's language. */
export interface Refused {
  readonly error:
    /** The form or the JSON is not as described here. */
    | 'bad-request'
    /** Over 20 MB, which is what bots may fetch, or over ten files. */
    | 'too-large'
    | 'empty-file'
    /** Over 1,024 characters, which is what Telegram takes under a picture. */
    | 'long-caption'
    /** A message, person or file that is not there (any more). */
    | 'unknown'
    /** This person may not write here. */
    | 'not-a-member'
    /** The same fault or the bot's state does not allow it now; again in a moment. */
    | 'busy'
    /** No map for this photo and class. */
    | 'no-map'
    | 'failed';
}
