/** A number of IEEE 754's binary16 from its bits. */
function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

/** Every number of 16 bits: models have millions of them. */
let known: Float32Array | null = null;

/** Numbers of IEEE 754's binary16 from their bits. */
export function fromHalves(halves: ArrayLike<number>): Float32Array {
  const each = (known ??= Float32Array.from({ length: 2 ** 16 }, (_, bits) => fromHalf(bits)));
  return new Float32Array(halves.length).map((_, index) => each[halves[index] ?? 0] ?? 0);
}

/** The bits of numbers as binary16, rounded to the nearest; what is too large becomes infinite. */
export function toHalves(numbers: Float32Array): Uint16Array {
  const singles = new Uint32Array(Float32Array.from(numbers).buffer);
  return Uint16Array.from(singles, (bits, index) => {
    const [sign, size] = [(bits >>> 16) & 0x8000, bits & 0x7fff_ffff];
    if (size > 0x7f80_0000) return sign | 0x7e00;
    if (size >= 0x4780_0000) return sign | 0x7c00;
    // Below 2^-14 numbers are multiples of 2^-24.
    if (size < 0x3880_0000) return sign | Math.round(Math.abs(numbers[index] ?? 0) * 2 ** 24);
    // Ten bits of fraction instead of 23 and an exponent from -15 on instead of -127; a tie goes to the even one.
    return sign | ((size - 0x3800_0000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  });
}
