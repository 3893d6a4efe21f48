/** A picture of channels last as one of channels first. */
export function channelsFirstOf(picture: Float32Array, channels: number): Float32Array {
  const places = picture.length / channels;
  const result = new Float32Array(picture.length);
  for (let place = 0; place < places; place++) {
    for (let c = 0; c < channels; c++) result[c * places + place] = picture[place * channels + c] ?? 0;
  }
  return result;
}
