import { withoutTokens } from '../log/scrub.js';

/** Characters of a wrong value that are shown. */
const MAX_SHOWN = 60;

/** A wrong value as it may be shown: quoted, cut, and without what looks like a token or a password in it. */
export function shownValue(value: string): string {
  const safe = withoutTokens(value).replaceAll(/(?<=\/\/)[^/@]*@/g, '[secret]@');
  return JSON.stringify(safe.length > MAX_SHOWN ? `${safe.slice(0, MAX_SHOWN)}…` : safe);
}

/** What may be told of a wrong secret: enough to see a cut, a quoted or a mixed-up value, and none of it. */
export function shapeOf(secret: string): string {
  const [before = '', ...rest] = secret.split(':');
  const after = rest.join(':');
  const facts = [
    rest.length === 0 ? 'without a colon' : `${before.length} of them before the colon and ${after.length} after it`,
    ...(rest.length > 0 && /\D/.test(before) ? ['not only digits before it'] : []),
    ...(/\s/.test(secret) ? ['with spaces in it'] : []),
    ...(/^["'].*["']$/.test(secret) ? ['in quotation marks'] : []),
    ...(/[^\w:\s"'-]/.test(secret) ? ['with characters that do not belong there'] : []),
  ];
  return `${secret.length} character${secret.length === 1 ? '' : 's'} ${facts.join(', ')}`;
}
