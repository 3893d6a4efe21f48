import { describe, expect, it } from 'vitest';
import { channelMeans, gradCam, hiResCam, layerCam, weightedSum } from '../../../src/vision/cam/methods.js';
import { normalise } from '../../../src/vision/cam/normalise.js';

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
    expect([...gradCam(A, G, SHAPE)]).toEqual([-2, 4, 5, -2]);
  });

  it('HiResCAM multiplies gradient and activation place by place', () => {
    // 2*1-1*4, 0*2+1*0, 2*3-1*1, 4*0-3*2
    expect([...hiResCam(A, G, SHAPE)]).toEqual([-2, 0, 5, -6]);
  });

  it('LayerCAM keeps only the positive gradients of each place', () => {
    // 2*1, 0*2+1*0, 2*3, 4*0
    expect([...layerCam(A, G, SHAPE)]).toEqual([2, 0, 6, 0]);
  });

  it('a weighted sum adds the channels by the given weights', () => {
    expect([...weightedSum(A, [0.5, 10], SHAPE)]).toEqual([40.5, 1, 11.5, 20]);
  });

  it('ReLU comes once and after the channel sum: a place with more against the class than for it is zero', () => {
    // At the first place channel 0 alone says +2 and channel 1 says -4.
    const map = normalise(gradCam(A, G, SHAPE));
    expect(map).toMatchObject({ evidence: true, maximum: 5 });
    expect(map.evidence && [...map.values]).toEqual([...Float32Array.of(0, 0.8, 1, 0)]);
  });

  it('a map that is not square keeps its rows', () => {
    expect([...weightedSum(Float32Array.of(1, 2, 3, 4, 5, 6), [2], [2, 3, 1])]).toEqual([2, 4, 6, 8, 10, 12]);
  });
});
