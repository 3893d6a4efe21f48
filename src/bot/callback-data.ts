import { COLOUR_MAPS } from '../vision/image/colour-maps.js';
import type { ColourMapName } from '../vision/image/colour-maps.js';
import type { ClassOrGroup } from '../vision/model/classifier.js';

/** What buttons carry; Telegram allows 64 bytes. */
const WHY = /^why:(?<model>[\w-]{1,16}):(?<type>class|group):(?<index>\d{1,9})(?::(?<photo>\d{1,2}))?$/;
/** Buttons sent before they named their model. */
const WHY_OF_NO_MODEL = /^why:\d{1,9}$/;
const PHOTO = /^photo:(\d{1,2})$/;
const SETTING = /^set:([a-z]{1,10}):([a-z]{1,10})$/;
const HOW = /^how:([a-z]{1,10})$/;
const JUDGED =
  /^(?<verdict>right|wrong):(?<model>[\w-]{1,16}):(?<type>class|group):(?<index>\d{1,9}):(?<permille>\d{1,3}|1000)$/;

/** The button of what is shown already. */
export const SHOWN_DATA = 'shown';

/** From one photo of an album back to all of them. */
export const PHOTOS_DATA = 'photos';

/** As much of a model's fingerprint as tells models apart: 60 bits. */
const FINGERPRINT_LENGTH = 10;

const modelIn = (fingerprint: string): string => fingerprint.slice(0, FINGERPRINT_LENGTH);

/**
 * Asks why a class or a kind was predicted, of the photo that the button's message is about.
 *
 * @param photo which one, where that is an album; from one.
 */
export function whyData(fingerprint: string, { type, index }: ClassOrGroup, photo?: number): string {
  return `why:${modelIn(fingerprint)}:${type}:${index}${photo === undefined ? '' : `:${photo}`}`;
}

/** Asks what a photo of an album can be explained by. */
export function photoData(photo: number): string {
  return `photo:${photo}`;
}

/** What a button under an answer asks for; photos are those of an album, from one. */
export type Asked =
  | { readonly asks: 'why'; readonly about: ClassOrGroup; readonly photo: number | null }
  /** Numbers mean something of the model they were given by, and nothing of another. */
  | { readonly asks: 'why-of-another-model' }
  | { readonly asks: 'photo'; readonly photo: number }
  | { readonly asks: 'photos' }
  | { readonly asks: 'shown' };

/**
 * What a button's data ask for, or null where it is none of those under an answer.
 *
 * @param fingerprint of the model that answers now.
 */
export function askedIn(data: string, fingerprint: string): Asked | null {
  if (data === SHOWN_DATA) return { asks: 'shown' };
  if (data === PHOTOS_DATA) return { asks: 'photos' };
  const [, opened] = PHOTO.exec(data) ?? [];
  if (opened !== undefined) return { asks: 'photo', photo: Number(opened) };
  if (WHY_OF_NO_MODEL.test(data)) return { asks: 'why-of-another-model' };
  const { model, type, index, photo } = WHY.exec(data)?.groups ?? {};
  if (model === undefined) return null;
  if (model !== modelIn(fingerprint)) return { asks: 'why-of-another-model' };
  const about = { type: type === 'group' ? 'group' : 'class', index: Number(index) } as const;
  return { asks: 'why', about, photo: photo === undefined ? null : Number(photo) };
}

/** Chooses a value of a chat's setting. */
export function settingData(name: string, value: string): string {
  return `set:${name}:${value}`;
}

/** The setting and its value, with a space between them, or null where it is another button's. */
export function chosenSetting(data: string): string | null {
  const [, name, value] = SETTING.exec(data) ?? [];
  return name === undefined || value === undefined ? null : `${name} ${value}`;
}

/** Asks how a heatmap of these colours is read. */
export function howData(colours: ColourMapName): string {
  return `how:${colours}`;
}

/** The colours, or null where it is another button's. */
export function askedHow(data: string): ColourMapName | null {
  const [, asked] = HOW.exec(data) ?? [];
  return COLOUR_MAPS.find((each) => each === asked) ?? null;
}

export const VERDICTS = ['right', 'wrong'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What somebody says of an answer, which the button has in itself: what was answered need not be remembered. */
export interface Judged {
  readonly verdict: Verdict;
  readonly about: ClassOrGroup;
  /** 0..1, in thousandths. */
  readonly probability: number;
}

export function verdictData(verdict: Verdict, fingerprint: string, about: ClassOrGroup, probability: number): string {
  return `${verdict}:${modelIn(fingerprint)}:${about.type}:${about.index}:${Math.round(probability * 1000)}`;
}

/** What a button says of an answer of this model; null where it is another button's, or one of another model. */
export function judgedIn(data: string, fingerprint: string): Judged | null {
  const { verdict, model, type, index, permille } = JUDGED.exec(data)?.groups ?? {};
  if (verdict === undefined || model !== modelIn(fingerprint)) return null;
  const about = { type: type === 'group' ? 'group' : 'class', index: Number(index) } as const;
  return { verdict: verdict === 'right' ? 'right' : 'wrong', about, probability: Number(permille) / 1000 };
}

/** Whether a button is one of those that judge. */
export function isVerdict(data: string): boolean {
  return JUDGED.test(data);
}
