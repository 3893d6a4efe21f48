import { describe, expect, it } from 'vitest';
import { channelMeans, weightedSum } from '../../../src/vision/cam/channel-sums.js';
import { eigenCam } from '../../../src/vision/cam/eigen-cam.js';
import { gradCam } from '../../../src/vision/cam/grad-cam.js';
import { gradCamPlusPlus } from '../../../src/vision/cam/grad-cam-plus-plus.js';
import { hiResCam } from '../../../src/vision/cam/hires-cam.js';
import { layerCam } from '../../../src/vision/cam/layer-cam.js';
import type { Change } from '../../../src/vision/cam/method.js';
import { normalise } from '../../../src/vision/cam/normalise.js';
import { scoreCam } from '../../../src/vision/cam/score-cam.js';
import { xGradCam } from '../../../src/vision/cam/xgrad-cam.js';
import { largestDifference } from '../../support/numbers.js';

/*
 * Two rows, two columns, two channels.
 *   channel 0 of A: 1 2    channel 1 of A: 4 0
 *                   3 0                    1 2
 *   channel 0 of G: 2 0    channel 1 of G: -1  1
 *                   2 4                    -1 -3
 */
const SHAPE = [2, 2, 2];
const A = Float32Array.of(1, 4, 2, 0, 3, 1, 0, 2);
const G = Float32Array.of(2, -1, 0, 1, 2, -1, 4, -3);

describe('maps of a class on a 2 x 2 x 2 example', () => {
  it('Grad-CAM weighs each channel by the mean of its gradient', () => {
    // The means are 2 and -1: 2*1-4, 2*2-0, 2*3-1, 2*0-2.
    expect([...channelMeans(G, SHAPE)]).toEqual([2, -1]);
    expect([...gradCam.map(A, G, SHAPE)]).toEqual([-2, 4, 5, -2]);
  });

  it('HiResCAM multiplies gradient and activation place by place', () => {
    // 2*1-1*4, 0*2+1*0, 2*3-1*1, 4*0-3*2
    expect([...hiResCam.map(A, G, SHAPE)]).toEqual([-2, 0, 5, -6]);
  });

  it('LayerCAM keeps only the positive gradients of each place', () => {
    // 2*1, 0*2+1*0, 2*3, 4*0
    expect([...layerCam.map(A, G, SHAPE)]).toEqual([2, 0, 6, 0]);
  });

  it('XGrad-CAM weighs each channel by its gradient where it is active', () => {
    // (1*2 + 2*0 + 3*2 + 0*4) / 6 and (4*-1 + 0*1 + 1*-1 + 2*-3) / 7
    const [a, b] = [8 / 6, -11 / 7];
    expect(largestDifference(xGradCam.map(A, G, SHAPE), [a + 4 * b, 2 * a, 3 * a + b, 2 * b])).toBeLessThan(1e-6);
  });

  it('Grad-CAM++ weighs each channel by g^2 / (2 g^2 + g^3 sum A) and g, over what speaks for the class', () => {
    // Channel 0 adds up to 6 and has the gradients 2, 2 and 4; channel 1 adds up to 7 and has 1.
    const [a, b] = [2 / (2 + 12) + 2 / (2 + 12) + 4 / (2 + 24), 1 / (2 + 7)];
    expect(largestDifference(gradCamPlusPlus.map(A, G, SHAPE), [a + 4 * b, 2 * a, 3 * a + b, 2 * b])).toBeLessThan(
      1e-6,
    );
  });

  it('XGrad-CAM and Grad-CAM++ give a channel without activation no weight', () => {
    const none = Float32Array.of(0, 4, 0, 0, 0, 1, 0, 2);
    expect([...gradCamPlusPlus.map(none, G, SHAPE)].every(Number.isFinite)).toBe(true);
    expect(
      largestDifference(
        xGradCam.map(none, G, SHAPE),
        [4, 0, 1, 2].map((each) => (each * -11) / 7),
      ),
    ).toBeLessThan(1e-6);
  });

  it('Eigen-CAM projects on the direction in which places differ most, its largest value positive', () => {
    // Around the mean (6, 8) all lie along (3, 4): 10 and 5 before it, 0, and 15 behind it.
    const line = Float32Array.of(0, 0, 3, 4, 6, 8, 15, 20);
    expect(largestDifference(eigenCam.map(line, SHAPE), [-10, -5, 0, 15])).toBeLessThan(1e-5);
    const turned = line.map((value) => 20 - value);
    expect(largestDifference(eigenCam.map(turned, SHAPE), [-10, -5, 0, 15])).toBeLessThan(1e-5);
  });

  it('Eigen-CAM sees nothing where all places are alike', () => {
    expect([...eigenCam.map(new Float32Array(8).fill(3), SHAPE)]).toEqual([0, 0, 0, 0]);
  });

  it('a weighted sum adds the channels by the given weights', () => {
    expect([...weightedSum(A, [0.5, 10], SHAPE)]).toEqual([40.5, 1, 11.5, 20]);
  });

  it('ReLU comes once and after the channel sum: a place with more against the class than for it is zero', () => {
    // At the first place channel 0 alone says +2 and channel 1 says -4.
    const map = normalise(gradCam.map(A, G, SHAPE));
    expect(map).toMatchObject({ evidence: true, maximum: 5 });
    expect(map.evidence && [...map.values]).toEqual([...Float32Array.of(0, 0.8, 1, 0)]);
  });

  it('a map that is not square keeps its rows', () => {
    expect([...weightedSum(Float32Array.of(1, 2, 3, 4, 5, 6), [2], [2, 3, 1])]).toEqual([2, 4, 6, 8, 10, 12]);
  });
});

describe('Score-CAM of a feature map with more channels than it looks at', () => {
  it('takes 64 forward passes, for the channels that differ most from place to place', async () => {
    const CHANNELS = 100;
    // Channel k is bright by k at the second of two places.
    const activations = Float32Array.from({ length: 2 * CHANNELS }, (_, at) => (at < CHANNELS ? 0 : at - CHANNELS));
    let looks = 0;
    const look = ({ factor }: Change) => {
      looks += 1;
      // The mask is as large as the picture, and 0..1.
      expect([factor?.(0), factor?.(3)]).toEqual([0, 1]);
      const run = () => Promise.reject(new Error('the head was run'));
      return Promise.resolve({ cut: new Map(), scores: Float32Array.of(1), run });
    };
    const map = await scoreCam.map({
      activations,
      shape: [1, 2, CHANNELS],
      picture: { height: 1, width: 4, look },
      score: ([only]) => only ?? NaN,
      usualMap: () => Promise.resolve(null),
    });
    expect(looks).toBe(scoreCam.mostPasses);
    // All 64 have the same score, so the same weight: 36 to 99 at the second place.
    expect([...map]).toEqual([0, (64 * (36 + 99)) / 2]);
  });
});
