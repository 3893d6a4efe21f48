const [SOI, EOI, SOS] = [0xd8, 0xd9, 0xda];

/**
 * A JPEG without the bytes that belong to nothing, for one of which the decoder has said that it has such. Only what is
 * certain is mended, so that whatever else is wrong with it still shows.
 *
 * Between two segments every byte up to the next marker is stray, as some phones write them. Behind the coded pixels
 * only zeroes are, with which some cameras fill up: other bytes there may as well be pixels that a damaged picture has
 * lost. What follows the end, such as the further pictures of a multi-picture file, is left out.
 *
 * @param bytes of a JPEG, which are left as they are
 */
export function mendedJpeg(bytes: Uint8Array): Uint8Array {
  const mended = new Uint8Array(bytes.length);
  let length = 0;
  const keep = (part: Uint8Array): void => {
    mended.set(part, length);
    length += part.length;
  };
  let [at, coded] = [0, false];
  for (;;) {
    const marker = nextMarker(bytes, at);
    if (coded) keep(bytes.subarray(at, codedEnd(bytes, at, marker)));
    const code = bytes[marker + 1];
    if (code === EOI) keep(Uint8Array.of(0xff, EOI));
    if (code === undefined || code === EOI) break;
    const content = code === SOI ? 0 : ((bytes[marker + 2] ?? 0) << 8) | (bytes[marker + 3] ?? 0);
    at = marker + 2 + content;
    keep(bytes.subarray(marker, at));
    coded = code === SOS;
  }
  return mended.subarray(0, length);
}

/** Where the next marker begins that starts a segment, or ends the picture; the length where there is none. */
function nextMarker(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at >= 0; at = bytes.indexOf(0xff, at + 1)) {
    const code = bytes[at + 1] ?? 0;
    // Lower codes are restarts among the pixels, and a pixel's 0xFF that a zero follows; the highest fills up.
    if (code >= 0xc0 && code < 0xff && !(code >= 0xd0 && code <= 0xd7)) return at;
  }
  return bytes.length;
}

function codedEnd(bytes: Uint8Array, start: number, end: number): number {
  let last = end;
  while (last > start && bytes[last - 1] === 0) last -= 1;
  return last < end && bytes[last - 1] === 0xff ? last + 1 : last;
}
