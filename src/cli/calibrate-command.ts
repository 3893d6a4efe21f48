import { calibrateInt8 } from '../evaluation/calibrate-int8.js';
import type { Calibrated } from '../evaluation/calibrate-int8.js';
import { percentage } from '../percentage.js';
import { precisionReasonText } from '../vision/int8/precision-choice.js';
import { engineOptions } from './engine-options.js';
import type { EngineArguments } from './arguments.js';
import { print } from './output.js';
import { TerminalWatcher } from './terminal-watcher.js';

/** Options of `sorot model calibrate`, parsed and checked. */
export interface CalibrateArguments extends EngineArguments {
  readonly photos: string;
}

function calibratedText({ file, photos, measured }: Calibrated): string {
  const written = `Written: ${file}\n`;
  if ('kind' in measured) {
    return `Measured on ${photos} photos. What int8 changes cannot be measured here, ${precisionReasonText(measured)}.\n${written}`;
  }
  const { same, maps, faster } = measured;
  const rows = [
    ['the same likeliest class as in float32', percentage(same)],
    ...(maps === null
      ? []
      : [
          ['correlation of heatmaps, at the median', maps.median.toFixed(3)],
          ['the same, at the lowest', maps.lowest.toFixed(3)],
          ['heatmaps whose highest place is another', percentage(maps.moved)],
        ]),
    ['faster than in float32', `${faster.toFixed(2)} x`],
  ];
  return `On ${photos} photos:\n${rows.map(([name = '', value = '']) => `  ${name.padEnd(42)}${value}\n`).join('')}${written}`;
}

/**
 * `sorot model calibrate`: measures on photos what a model takes to compute in int8, and writes it beside the model.
 *
 * @throws VisionError `invalid-argument` for photos and models that do not do.
 */
export async function calibrate(model: string, given: CalibrateArguments): Promise<void> {
  const watcher = new TerminalWatcher();
  const calibrated = await calibrateInt8(engineOptions(model, given), given.photos, watcher).finally(() => {
    watcher.end();
  });
  await print(calibratedText(calibrated));
}
