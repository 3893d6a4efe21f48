import type { Config } from '../config.js';
import type { Log } from '../log.js';
import { backendReasonText } from '../vision/backend-choice.js';
import { Engine } from '../vision/engine.js';
import { isMissed, precisionReasonText } from '../vision/int8/precision-choice.js';
import { isWarning } from '../vision/model/notes.js';
import { pixelRangeText } from '../vision/pixel-range.js';

/** Says what was guessed of the model with nothing to go by, and what contradicts it. */
function warnOfNotes({ notes }: Engine, model: string, log: Log): void {
  for (const note of notes.filter(isWarning)) {
    if (note.about === 'range-contradicted') {
      const { said, own, layer } = note;
      const ranges = { range: pixelRangeText(said), expected: pixelRangeText(own), layer };
      log.warn({ model, ...ranges }, 'the pixel range that was set is not what the model’s own first layers expect');
    } else if (note.about === 'range') {
      const range = pixelRangeText(note.chosen.range);
      log.warn({ model, range }, 'nothing tells which pixel range the model wants, this one is assumed: set RANGE');
    }
  }
}

/** Says what runs the model and in which precision, and why that. */
function sayBackend({ info: { backend, reason, precision }, session }: Engine, log: Log): void {
  // Whoever left it open may not expect one of a quarter of the speed.
  const level = 'why' in reason ? 'warn' : 'info';
  log[level]({ backend, why: backendReasonText(reason) }, 'backend chosen');
  const { name, reason: why } = precision;
  const missed = isMissed(session.precision, precision);
  log[missed ? 'warn' : 'info']({ precision: name, why: precisionReasonText(why) }, 'precision chosen');
}

/**
 * Starts as many as are to work beside one another, all with the model of the configuration.
 *
 * @throws VisionError where the model does not start.
 */
export async function startEngines({ model, engine, analysis }: Config, log: Log): Promise<Engine[]> {
  const options = { model: model.path, name: model.name, ...engine, explainTimeout: analysis.heatmapTimeoutMs };
  const started: Engine[] = [];
  try {
    while (started.length < analysis.concurrency) {
      const one = await Engine.start(options);
      started.push(one);
      const { backend, layer, map, input, mismatch, startMilliseconds } = one.info;
      const shapes = { input: `${input.width}x${input.height}`, layer, map: map && `${map.rows}x${map.columns}` };
      log.info({ model: model.name, backend, ...shapes, ms: startMilliseconds }, 'engine ready');
      if (started.length === 1) {
        sayBackend(one, log);
        warnOfNotes(one, model.name, log);
      }
      if (mismatch !== null) log.warn({ model: model.name, why: mismatch }, 'no heatmaps with this model');
    }
    return started;
  } catch (error) {
    await Promise.all(started.map((one) => one.close()));
    throw error;
  }
}
