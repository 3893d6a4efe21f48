import type { Log } from '../log.js';
import type { Explained } from './cam/class-map.js';
import type { Method } from './cam/methods.js';
import type { ColourMapName } from './image/colour-maps.js';
import type { Legend } from './image/legend.js';
import type { ClassOrGroup } from './model/classifier.js';

/** A photo: its bytes, and a key that is the same for the same photo. */
export interface Photo {
  readonly key: string;
  readonly bytes: Uint8Array;
}

/** A photo predicted before, whose bytes may no longer be at hand. */
export type KnownPhoto = Photo | { readonly key: string; readonly bytes?: undefined };

/**
 * A heatmap that is asked for, the same from the conversation to the vision process: on the way its photo is fetched
 * where that is needed, and signal and log stay on this side of the process boundary.
 */
export interface Job<P = KnownPhoto> {
  readonly photo: P;
  /** A class or a kind, or what it stands for: the index of a class or those of a kind's members. */
  readonly class: ClassOrGroup | Explained;
  readonly legend?: Legend;
  /** The model's own where it is absent. */
  readonly method?: Method;
  /** Of the picture; `DEFAULT_COLOUR_MAP` where it is absent. */
  readonly colourMap?: ColourMapName;
  /** Ends the work; its reason is what is thrown. */
  readonly signal?: AbortSignal;
  readonly log?: Log;
}

/** What of a job goes to the vision process. */
export type SentJob = Pick<Job, 'photo' | 'legend' | 'method' | 'colourMap'> & { readonly class: Explained };
