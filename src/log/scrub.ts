/** What stands where a secret was. */
const SECRET = '[secret]';

/**
 * What looks like a bot token, also percent-encoded, whoever's it is; and whatever follows `/file/bot`, for that is a
 * link to somebody's photo.
 */
const TOKEN_LIKE = String.raw`(?<=/file/bot)[^\s"'<>\\]+|(?<!\d)\d{1,20}(?::|%3A)[A-Za-z0-9_-]{20,}`;

/** Replaces what looks like a bot token or a file link. */
export function withoutTokens(text: string): string {
  return text.replaceAll(new RegExp(TOKEN_LIKE, 'gi'), SECRET);
}

/** Makes a function that replaces these secrets, of characters that JSON leaves as they are, and the like of tokens. */
export function scrubber(secrets: readonly string[]): (line: string) => string {
  // The longest first: one secret may begin like another.
  const exact = secrets.flatMap((secret) => [secret, encodeURIComponent(secret)]).filter((secret) => secret !== '');
  exact.sort((a, b) => b.length - a.length);
  const pattern = new RegExp([...exact.map(escaped), TOKEN_LIKE].join('|'), 'gi');
  return (line) => {
    if (line.search(pattern) === -1) return line;
    // By value and not in the text: a secret such as `1` or `true` must not break the line's JSON.
    return `${JSON.stringify(scrubbed(JSON.parse(line), pattern))}\n`;
  };
}

function scrubbed(value: unknown, pattern: RegExp): unknown {
  if (typeof value === 'string') return value.replaceAll(pattern, SECRET);
  if (Array.isArray(value)) return value.map((each) => scrubbed(each, pattern));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key.replaceAll(pattern, SECRET), scrubbed(each, pattern)]),
  );
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`);
}
