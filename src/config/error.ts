/** The environment holds mistakes: all of them, a line each, so that they can be mended at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'invalid-config';

  constructor(readonly problems: readonly string[]) {
    super(
      `The settings hold ${problems.length === 1 ? 'a mistake' : `${problems.length} mistakes`}:\n${problems.join('\n')}`,
    );
  }
}
