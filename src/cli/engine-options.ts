import { Option } from 'commander';
import type { Command } from 'commander';
import type { EngineOptions } from '../vision/engine.js';
import { findModel } from '../models.js';
import { METHODS } from '../vision/cam/methods.js';
import { BACKEND_CHOICES } from '../vision/backend-choice.js';
import { PRECISION_CHOICES } from '../vision/int8/precision-choice.js';
import { parseMethod, parseRange } from './arguments.js';
import type { EngineArguments } from './arguments.js';

/** Adds the options of how a model is run. */
export function withEngineOptions(command: Command): Command {
  return command
    .option('--layer <name>', 'the layer to explain (default: the last feature map)')
    .option('--method <name>', `one of ${METHODS.join(', ')} (default: what suits the model)`, parseMethod)
    .option(
      '--range <lo,hi>',
      'what pixel values 0 and 255 become, such as 0,1 or -1,1; or caffe or torch; or mean/deviation',
      parseRange,
    )
    .addOption(
      new Option('--backend <name>', 'what computes (default: auto, which is onnx, else wasm)').choices(
        BACKEND_CHOICES,
      ),
    )
    .addOption(
      new Option(
        '--precision <name>',
        'what it computes in (default: float32; auto is int8 for a calibrated model on a processor with VNNI)',
      ).choices(PRECISION_CHOICES),
    );
}

/**
 * A model by name or path, and how it was asked to be run.
 *
 * @throws VisionError `invalid-model` where there is none.
 */
export function engineOptions(
  model: string,
  { layer, method, range, backend, precision }: EngineArguments,
): EngineOptions {
  const { name, path } = findModel(model);
  return {
    model: path,
    name,
    ...(layer !== undefined && { layer }),
    ...(method !== undefined && { method }),
    ...(range !== undefined && { range }),
    ...(backend !== undefined && { backend }),
    ...(precision !== undefined && { precision }),
  };
}
