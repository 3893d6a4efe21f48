/** What a bot says of itself, by language. */
export class BotProfile {
  /** Commands by scope and language. */
  readonly commands = new Map<string, readonly unknown[]>();
  readonly names = new Map<string, string>();
  readonly descriptions = new Map<string, string>();
  readonly shortDescriptions = new Map<string, string>();
  readonly menuButtons = new Map<number | 'default', unknown>();

  constructor(name: string) {
    this.names.set('', name);
  }
}
