import { eigenCam } from './eigen-cam.js';
import { gradCam } from './grad-cam.js';
import { gradCamPlusPlus } from './grad-cam-plus-plus.js';
import { hiResCam } from './hires-cam.js';
import { layerCam } from './layer-cam.js';
import type { CamMethod } from './method.js';
import { scoreCam } from './score-cam.js';
import { smoothed } from './smoothed.js';
import { xGradCam } from './xgrad-cam.js';

/** The ways to a map, by the words that settings have for them. */
export const CAM = {
  gradcam: gradCam,
  hirescam: hiResCam,
  layercam: layerCam,
  xgradcam: xGradCam,
  gradcamplusplus: gradCamPlusPlus,
  eigencam: eigenCam,
  scorecam: scoreCam,
  smoothed,
} as const satisfies Readonly<Record<string, CamMethod>>;

export type Method = keyof typeof CAM;

export const METHODS = Object.keys(CAM) as readonly Method[];

/** `Grad-CAM++`, `gradcam_plus_plus` and `gradcamplusplus` are all the same word. */
export function methodWord(text: string): string {
  return text
    .toLowerCase()
    .replaceAll('+', 'plus')
    .replaceAll(/[^a-z]/g, '');
}
