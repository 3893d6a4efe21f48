import { setTimeout as wait } from 'node:timers/promises';
import { randomInt, randomLcg } from 'd3-random';
import type { LocalTelegram, Message, User } from 'local-telegram';
import { sharp } from '#sorot/vision/image/sharp.js';
import { madePhoto } from '../pictures.js';
import type { Judge, Kind } from './judge.js';

/** How many photos are open at most before the next one is sent, in quiet times and in a burst. */
const OPEN = { steady: 4, burst: 40 } as const;

/** One photo in so many begins a burst of so many. */
const BURST = { every: 60, of: 25 } as const;

/** Questions at once, as `/explain`. */
const STORM = 12;

/** Far longer than any answer takes. */
const ANSWERED_MS = 10 * 60_000;

/** Sides of files as cameras make them: 12 and 48 megapixels. */
const CAMERAS = [
  [4000, 3000],
  [8000, 6000],
] as const;

/** Something goes wrong at any moment of so many milliseconds, not just where a photo was sent. */
const MOMENT_MS = 300;

/** Files that are no pictures, or no whole ones. */
function hostile(photo: Buffer, random: () => number): Buffer {
  const kinds = [
    () => photo.subarray(0, Math.floor(photo.length * random())),
    () => Buffer.from('words, and not a picture'),
    () => Buffer.concat([photo.subarray(0, 200), Buffer.alloc(5000, 0x5a)]),
    () => Buffer.alloc(0x100, 0xff),
  ];
  return (kinds[Math.floor(random() * kinds.length)] ?? kinds[0])?.() ?? photo;
}

/** What people send, in a mixture that is the same for the same seed. */
export class Traffic {
  readonly #telegram: LocalTelegram;
  readonly #judge: Judge;
  readonly #random: () => number;
  readonly #base: Buffer;
  readonly #cameras: readonly Buffer[];
  #photos = 0;

  private constructor(telegram: LocalTelegram, judge: Judge, seed: number, base: Buffer, cameras: readonly Buffer[]) {
    this.#telegram = telegram;
    this.#judge = judge;
    this.#random = randomLcg(seed);
    this.#base = base;
    this.#cameras = cameras;
  }

  static async prepare(telegram: LocalTelegram, judge: Judge, seed: number): Promise<Traffic> {
    const cameras: Buffer[] = [];
    for (const [width, height] of CAMERAS) cameras.push(await madePhoto(width, height, seed));
    return new Traffic(telegram, judge, seed, await madePhoto(1280, 960, seed), cameras);
  }

  /** Photos sent so far, each of an album counted. */
  get photos(): number {
    return this.#photos;
  }

  /**
   * Sends until there were so many photos.
   *
   * @param perSecond as evenly as that, answered or not; 0: no faster than they are answered, with bursts.
   * @param mishaps what happens meanwhile, at random moments.
   */
  async send(photos: number, perSecond: number, mishaps: readonly (() => void)[]): Promise<void> {
    const due = mishaps.map((happen) => ({ at: 5 + this.#random() * (photos - 10), happen }));
    due.sort((a, b) => a.at - b.at);
    const started = performance.now();
    let burst = 0;
    while (this.#photos < photos) {
      for (let [next] = due; next !== undefined && next.at <= this.#photos; [next] = due) {
        due.shift();
        setTimeout(next.happen, MOMENT_MS * this.#random());
      }
      if (perSecond > 0) {
        await wait(started + (this.#photos / perSecond) * 1000 - performance.now());
      } else {
        if (burst > 0) burst -= 1;
        else if (this.#random() < 1 / BURST.every) burst = BURST.of;
        const limit = burst > 0 ? OPEN.burst : OPEN.steady;
        await this.#telegram.waitUntil(() => this.#judge.open < limit, ANSWERED_MS);
      }
      await this.#one();
    }
  }

  /**
   * As many photos of as many people, all at once.
   *
   * @param inFront photos that one person sends before them, whose answers do not count.
   */
  async flood(photos: number, inFront: number): Promise<void> {
    const first = this.#person();
    const all: Buffer[] = [];
    for (let index = 0; index < photos + inFront; index++) all.push(await this.#photo());
    for (const [index, photo] of all.entries()) {
      if (index < inFront) await this.#telegram.sendPhoto(first, this.#telegram.privateChat(first), photo);
      else await this.#single(this.#person(), photo);
    }
  }

  #person(): User {
    return this.#telegram.addUser({ languageCode: this.#random() < 0.5 ? 'id' : 'en' });
  }

  async #one(): Promise<void> {
    const user = this.#person();
    const dice = this.#random();
    if (dice < 0.7) return this.#single(user);
    if (dice < 0.72) return this.#storm(user);
    if (dice < 0.8) return this.#album(user);
    if (dice < 0.87) return this.#inGroup(user);
    if (dice < 0.93) this.#file(user, this.#fromCamera(), 'file');
    else this.#file(user, hostile(await this.#photo(), this.#random), 'unreadable');
  }

  async #single(user: User, bytes?: Buffer): Promise<void> {
    const chat = this.#telegram.privateChat(user);
    const message = await this.#telegram.sendPhoto(user, chat, bytes ?? (await this.#photo()));
    this.#photos += 1;
    this.#judge.expect(message, 'photo');
  }

  /** A photo, and once it is answered more questions about it than one person may have open. */
  async #storm(user: User): Promise<void> {
    const chat = this.#telegram.privateChat(user);
    const photo = await this.#telegram.sendPhoto(user, chat, await this.#photo());
    this.#photos += 1;
    this.#judge.expect(photo, 'photo');
    void this.#telegram
      .waitUntil(() => this.#judge.isAnswered(photo), ANSWERED_MS)
      .then(() => {
        for (let index = 0; index < STORM; index++) {
          this.#telegram.sendText(user, chat, `/explain #${index + 1}`, { replyTo: photo });
        }
      })
      .catch(() => undefined);
  }

  async #album(user: User): Promise<void> {
    const count = randomInt.source(this.#random)(2, 7)();
    const photos: Buffer[] = [];
    for (let index = 0; index < count; index++) photos.push(await this.#photo());
    const [first] = await this.#telegram.sendAlbum(user, this.#telegram.privateChat(user), photos);
    this.#photos += count;
    if (first !== undefined) this.#judge.expect(first, 'album');
  }

  #file(user: User, bytes: Buffer, kind: Kind): void {
    const chat = this.#telegram.privateChat(user);
    const message = this.#telegram.sendDocument(user, chat, bytes, { fileName: 'a.jpg', mimeType: 'image/jpeg' });
    this.#photos += 1;
    this.#judge.expect(message, kind);
  }

  /** As a camera made it, each with another last word. */
  #fromCamera(): Buffer {
    const camera = this.#cameras[this.#random() < 0.8 ? 0 : 1] ?? this.#base;
    return Buffer.concat([camera, Buffer.from(String(this.#photos))]);
  }

  /** Somebody's photo in a group, which two others ask about. */
  async #inGroup(user: User): Promise<void> {
    const others = [this.#person(), this.#person()];
    const group = this.#telegram.addGroup({ title: 'Friends', members: [user, ...others] });
    const photo: Message = await this.#telegram.sendPhoto(user, group, await this.#photo());
    this.#photos += 1;
    const [asker = user] = others;
    this.#telegram.sendText(asker, group, '/explain', { replyTo: photo });
    this.#judge.expect(photo, 'group');
  }

  /** Another one each time, so that no answer comes from a cache. */
  async #photo(): Promise<Buffer> {
    const [light, width] = [40 * this.#random() - 20, 900 + Math.floor(380 * this.#random())];
    return sharp(this.#base).resize(width).linear(1, light).jpeg({ quality: 88 }).toBuffer();
  }
}
