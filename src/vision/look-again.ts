import type { Change, Pass, Picture } from './cam/method.js';
import type { LoadedNetwork } from './loaded-network.js';
import type { ForwardPass } from './trunk/runner.js';

/** A forward pass with arrays of its own, which the next one does not overwrite. */
export function keptPass({ plan, head }: LoadedNetwork, pass: ForwardPass): Pass {
  const cut = new Map(plan.cut.map((name, index) => [name, new Float32Array(pass.cut[index] ?? [])]));
  return { cut, scores: Float32Array.from(pass.scores), run: () => head.run(cut) };
}

/**
 * A photo to be looked at with changes: each look is a forward pass of the whole network.
 *
 * @param input of one picture, in the runner's layout; it is read at each look and not changed.
 * @param onLook told before each.
 */
export function pictureOf(network: LoadedNetwork, input: Float32Array, onLook: () => void): Picture {
  const { plan, runner } = network;
  const { height, width, channels } = plan.input;
  const places = height * width;
  const [step, stride] = runner.layout === 'nhwc' ? [channels, 1] : [1, places];
  const changed = new Float32Array(input.length);
  const look = async ({ from, factor }: Change): Promise<Pass> => {
    onLook();
    for (let place = 0; place < places; place++) {
      const source = (from?.(place) ?? place) * step;
      const multiplier = factor?.(place) ?? 1;
      for (let channel = 0; channel < channels; channel++) {
        changed[place * step + channel * stride] = (input[source + channel * stride] ?? 0) * multiplier;
      }
    }
    return keptPass(network, await runner.run(changed));
  };
  return { height, width, look };
}
