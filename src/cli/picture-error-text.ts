/** What can be read. */
export const FORMATS = 'JPEG, PNG, WebP, AVIF, GIF or TIFF';

/** What to do at a terminal about a picture that is refused, by what is wrong with it. */
const WAYS_OUT: readonly (readonly [wrong: RegExp, wayOut: string])[] = [
  [/ too (?:large|many)/, 'Make it smaller, or save it as an ordinary JPEG.'],
  [/ damaged | empty/, 'Copy or save it again.'],
  [/ too thin /, 'Crop it to a more usual shape.'],
  [/ not (?:a photo|recognise)/, `Photos are ${FORMATS} files.`],
  [/ HEIC | raw file| numbers | channels| format/, 'Convert it to JPEG.'],
];

/** Why a picture is refused, from what is said of it to people who send one. */
export function pictureErrorText(message: string): string {
  const [wrong = ''] = message.split(' Please ');
  const wayOut = wrong === message ? undefined : WAYS_OUT.find(([pattern]) => pattern.test(wrong))?.[1];
  const sentence = wrong.replace('I cannot', 'Sorot cannot').replace('I do not', 'Sorot does not');
  return wayOut === undefined ? sentence : `${sentence} ${wayOut}`;
}
