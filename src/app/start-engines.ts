import { coresAtHand } from '../analysis/cores.js';
import type { Analysis } from '../analysis/service.js';
import type { Config } from '../config.js';
import { MOST_ENGINES } from '../limits.js';
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

async function startOne({ model, engine, analysis }: Config, log: Log): Promise<Engine> {
  const { path, name } = model;
  const one = await Engine.start({ model: path, name, ...engine, explainTimeout: analysis.heatmapTimeoutMs });
  const { backend, layer, map, input, startMilliseconds } = one.info;
  const shapes = { input: `${input.width}x${input.height}`, layer, map: map && `${map.rows}x${map.columns}` };
  log.info({ model: name, backend, ...shapes, ms: startMilliseconds }, 'engine ready');
  return one;
}

/**
 * Starts the one that the first photos are answered by, with the model of the configuration.
 *
 * @throws VisionError where the model does not start.
 */
export async function startFirstEngine(config: Config, log: Log): Promise<Engine> {
  const engine = await startOne(config, log);
  const { name } = config.model;
  sayBackend(engine, log);
  warnOfNotes(engine, name, log);
  const { mismatch } = engine.info;
  if (mismatch !== null) log.warn({ model: name, why: mismatch }, 'no heatmaps with this model');
  return engine;
}

/**
 * Starts as many more as CONCURRENCY says, else one for each core as far as memory goes. Each computes with one thread:
 * two engines of one thread answer 1.6 times the photos of one with two.
 */
export async function startOtherEngines(config: Config, analysis: Analysis, log: Log): Promise<void> {
  const { concurrency } = config.analysis;
  const cores = coresAtHand();
  const wanted = concurrency ?? Math.min(cores, MOST_ENGINES);
  let engines = 1;
  try {
    while (engines < wanted && (concurrency !== undefined || (await analysis.hasRoomForEngine()))) {
      await analysis.add(await startOne(config, log));
      engines += 1;
    }
    const why = concurrency !== undefined ? 'CONCURRENCY' : engines === wanted ? 'the cores' : 'the memory';
    log.info({ engines, cores, why }, 'number of engines chosen');
  } catch (error) {
    log.error({ err: error, engines, wanted }, 'an engine could not be started, those that work go on');
  }
}
