/** A file that somebody sends in place of an ordinary photo. */
export interface HostileFile {
  readonly kind: string;
  readonly bytes: Uint8Array;
  /**
   * `refused`: there is nothing in it to predict. `predicted`: a picture all the same. `either`: what the decoder makes
   * of it is its own business.
   */
  readonly outcome: 'refused' | 'predicted' | 'either';
  readonly fileName: string;
  readonly mimeType: string;
  /** The bytes it claims to have, where it lies. */
  readonly claims?: number;
}

/** How a file is called that is said to be of a format. */
export function called(extension: string): Pick<HostileFile, 'fileName' | 'mimeType'> {
  return { fileName: `photo.${extension}`, mimeType: `image/${extension === 'jpg' ? 'jpeg' : extension}` };
}

export function asJpeg(
  kind: string,
  outcome: HostileFile['outcome'],
  contents: readonly (Uint8Array | string)[],
): HostileFile[] {
  return contents.map((content) => ({ kind, outcome, bytes: Buffer.from(content), ...called('jpg') }));
}
