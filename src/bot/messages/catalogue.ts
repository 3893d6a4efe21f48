import type { Reason } from '../../analysis/reasons.js';
import type { Language } from '../../languages.js';
import type { BackendReason } from '../../vision/backend-choice.js';
import type { Precision, PrecisionReason } from '../../vision/int8/precision-choice.js';
import type { Previewed } from '../photo-in-message.js';
import type { ColourMapName } from '../../vision/image/colour-maps.js';
import type { ChosenRange, ModelNote } from '../../vision/model/notes.js';

/** One class or kind as people read it. */
export interface NamedClass {
  readonly label: string;
  /** 0..1 */
  readonly probability: number;
  /** Whether the model is not sure of it: said wherever its heatmap is shown. */
  readonly unsure: boolean;
}

/** What people are told: a class, a kind of which the class is not sure, or the best guess of a model that is not sure. */
export interface AnswerWords {
  readonly type: 'class' | 'group' | 'not-sure';
  readonly best: NamedClass;
}

/** What a prediction's message says. */
export interface PredictionWords {
  /** Most likely first; three at most. */
  readonly classes: readonly NamedClass[];
  readonly answer: AnswerWords;
  /** Names of the classes the model knows, needed for "not sure" only; of many only their number is told. */
  readonly known: readonly string[];
  /** Seconds until the heatmap that follows, where it does not at once. */
  readonly heatmapSeconds?: number | undefined;
  /** Where only Telegram's preview was looked at. */
  readonly previewOf?: Previewed | undefined;
}

/** One photo of an album. */
export type AlbumLine =
  | { readonly kind: 'predicted'; readonly answer: AnswerWords; readonly previewOf?: Previewed | undefined }
  | { readonly kind: 'failed'; readonly reason: Reason };

/** A kind of classes, and the kinds within it. */
export interface KindWords {
  readonly label: string;
  readonly classes: number;
  readonly within: readonly KindWords[];
}

export interface StatusFigures {
  readonly uptimeSeconds: number;
  readonly model: string;
  /** What runs the model, and why that. */
  readonly backend: { readonly name: string; readonly reason: BackendReason['kind'] };
  /** What it computes in, and why. */
  readonly precision: { readonly name: Precision; readonly reason: PrecisionReason['kind'] };
  readonly predictions: { readonly waiting: number; readonly running: number };
  readonly heatmaps: { readonly waiting: number; readonly running: number };
  readonly memory: { readonly band: 'normal' | 'high' | 'critical'; readonly usedMb: number; readonly limitMb: number };
  /** Predictions that are kept; null where they are not counted. */
  readonly cache: {
    readonly entries: number | null;
    readonly limit: number;
    readonly hits: number;
    readonly misses: number;
  };
  readonly recycled: number;
  /** Answers that people called right or wrong; null where they are not asked. */
  readonly judged: { readonly right: number; readonly wrong: number } | null;
  /** What Telegram says of the updates it keeps; null where it could not be asked. */
  readonly receiving: { readonly pending: number; readonly lastError: string | null } | null;
}

export interface ModelWords {
  readonly name: string;
  /** What made it, such as "Keras 3.4.1 (.keras)". */
  readonly origin: string;
  /** The pixel values that it is given, and why. */
  readonly range: ChosenRange;
  /** What nobody said of it. */
  readonly notes: readonly ModelNote[];
  readonly classes: number;
  /** The least probability of an answer that is a class, and of one that is a kind; null of a model without kinds. */
  readonly threshold: { readonly class: number; readonly group: number | null };
  readonly input: { readonly width: number; readonly height: number };
  /** Null where the model has no spatial feature map. */
  readonly map: { readonly rows: number; readonly columns: number } | null;
  readonly layer: string | null;
  readonly method: string;
}

/** Whom a sentence speaks to: one person, or the members of a group. */
export type Audience = 'private' | 'group';

/** Words, in small letters and without apostrophes, by which a sentence about a photo is understood. */
export interface AskingWords {
  /** With one of them a sentence asks for something: "why", "show". */
  readonly asking: readonly string[];
  /** Others that stand before or after a name and say nothing of it: "the", "photo". */
  readonly around: readonly string[];
  /** What a guess is called by its rank, the first guess's first. */
  readonly ranks: readonly (readonly string[])[];
  /** What words are used with at their end, and names are not. */
  readonly endings: readonly string[];
}

/**
 * Everything the bot says, in one language. Messages are Telegram HTML (labels and names come in plain and are escaped
 * here, made one line and shortened where long); those marked "plain" go where Telegram takes no markup. `bot` is its
 * user name, with or without the "@".
 */
export interface Catalogue {
  readonly language: Language;
  /** The language's own name, plain: a button. */
  readonly languageName: string;
  /** What people say, as opposed to all that follows. */
  readonly asking: AskingWords;

  readonly start: (audience: Audience, bot: string) => string;
  readonly help: (audience: Audience, bot: string) => string;
  readonly privacy: string;
  readonly modelFacts: (model: ModelWords) => string;
  /** All names can be given: what one message does not take is counted. `left` classes are not among `names`. */
  readonly labels: (names: readonly string[], left: number) => string;
  readonly noLabels: (classes: number) => string;
  /** The kinds of classes, those within another under it, each with the number of its classes. */
  readonly kinds: (kinds: readonly KindWords[], classes: number) => string;
  /** The names of one kind's classes. */
  readonly labelsOf: (kind: string, names: readonly string[]) => string;
  readonly status: (figures: StatusFigures) => string;
  readonly adminsOfBotOnly: string;

  readonly prediction: (words: PredictionWords) => string;
  readonly album: (lines: readonly AlbumLine[], heatmapSeconds?: number) => string;
  /** Where the bot is a guest: under a prediction, before it, without a photo, and where it does not serve guests. */
  readonly guestHeatmap: (bot: string) => string;
  readonly guestAsked: (asked: NamedClass) => string;
  readonly guestNoPhoto: (bot: string) => string;
  readonly guestNotServed: string;
  /** Plain, a button of at most 64 characters; a long label is shortened. */
  readonly whyButton: (label: string) => string;
  /** Under a heatmap, at most 1024 characters: the class, its probability, which colour says most. */
  readonly heatmapCaption: (explained: NamedClass, colours: ColourMapName) => string;
  /** Under the first heatmap of a chat, with how to read it. */
  readonly firstHeatmapCaption: (explained: NamedClass, colours: ColourMapName) => string;
  /** Plain, at most 200 characters, and the button under a heatmap that shows it. */
  readonly howToRead: (colours: ColourMapName) => string;
  readonly howToReadButton: string;
  /** Under one heatmap of an album: which photo, the class and its probability. */
  readonly albumHeatmapCaption: (photo: number, explained: NamedClass) => string;
  /** Plain, drawn into the heatmap. */
  readonly legend: (explained: NamedClass) => {
    readonly title: string;
    readonly note: string;
    readonly low: string;
    readonly high: string;
  };
  /** Instead of a prediction: what went wrong and what to do. */
  readonly noPrediction: Readonly<Record<Reason, string>>;
  /** Instead of a heatmap: "No heatmap: ..." and what to do; names the class where that helps. */
  readonly noHeatmap: (reason: Reason, label: string) => string;
  /** Instead of several heatmaps of one album, each with its photo's number. */
  readonly noAlbumHeatmaps: (failures: readonly { readonly photo: number; readonly reason: Reason }[]) => string;
  /** The file's type is none that is decoded: what is, and what to do (HEIC, video, animated sticker, PDF...). */
  readonly notAPicture: (what: 'heic' | 'video' | 'animated-sticker' | 'file') => string;

  /** `/explain` or `/predict` without a photo to work on. */
  readonly explainUsage: (audience: Audience, bot: string) => string;
  readonly predictUsage: (audience: Audience, bot: string) => string;
  readonly unknownLabel: (query: string, near: readonly string[]) => string;
  readonly unknownRank: (rank: number, classes: number) => string;
  /** A class index such as `#12`; they count from zero. */
  readonly unknownIndex: (index: number, classes: number) => string;
  /** The album has no such photo, or none that could be answered. */
  readonly noSuchPhoto: (photo: number) => string;
  /** Replying to the bot's own heatmap whose photo is no longer known. */
  readonly replyToThePhoto: string;
  readonly unsupportedReply: string;

  /** Above the buttons that change what a chat has chosen. */
  readonly settings: (audience: Audience) => string;
  /** Plain. What is on and off says so, what is chosen among others is marked. */
  readonly settingButtons: {
    readonly heatmaps: (on: boolean) => string;
    readonly auto: (on: boolean) => string;
    /** The language of each person's Telegram. */
    readonly ownLanguage: string;
    readonly colours: Readonly<Record<ColourMapName, string>>;
  };
  readonly languageSet: string;
  readonly heatmapSet: (on: boolean) => string;
  /** The operator switched heatmaps off for the whole bot. */
  readonly heatmapOffForAll: string;
  readonly autoSet: (on: boolean) => string;
  readonly autoInPrivate: string;
  /** Instead of `autoSet(true)` where privacy mode hides the group's photos from the bot: how to let it see them. */
  readonly autoHidden: (bot: string) => string;
  readonly groupAdminsOnly: string;
  /** Plain, the answer to a press; admins who stay anonymous are known as such by what they write only. */
  readonly buttonAdminsOnly: (command: string) => string;

  /** In private chats only. */
  readonly hint: string;
  /** To a reply to a photo that asks for nothing. */
  readonly replyHint: string;
  readonly unknownCommand: (command: string) => string;
  /** This bot serves certain chats only; the number helps its operator. */
  readonly notServed: (chatId: number) => string;
  readonly unexpected: string;

  /** Plain; answers to a pressed button, at most 200 characters. */
  readonly buttonWorking: string;
  readonly buttonTooOld: string;
  /** To whoever says if an answer was right. */
  readonly thanks: string;
  /** The button was sent while the bot had another model. */
  readonly buttonOfOtherModel: string;

  /** Plain, for setMyCommands: at most 256 characters each. */
  readonly commands: Readonly<Record<CommandName, string>>;
  /** Plain: what commands are called in this language besides their own name. */
  readonly commandNames: Readonly<Partial<Record<CommandName, string>>>;
  /** Plain: for setMyDescription (512) and setMyShortDescription (120). */
  readonly description: string;
  readonly shortDescription: string;
}

export const COMMANDS = [
  'explain',
  'predict',
  'labels',
  'model',
  'settings',
  'language',
  'heatmap',
  'auto',
  'help',
  'privacy',
  'start',
  'status',
] as const;
export type CommandName = (typeof COMMANDS)[number];
