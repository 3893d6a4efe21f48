import { Command, InvalidArgumentError, Option } from 'commander';

export interface SoakOptions {
  readonly photos: number;
  readonly perSecond: number;
  readonly flood?: true;
  readonly inFront: number;
  readonly memory: number;
  readonly concurrency?: number;
  readonly receivers: number;
  readonly workers: number;
  readonly mishaps: number;
  readonly engineKills: number;
  readonly processKills: number;
  readonly processStops: number;
  readonly webhooksTaken: number;
  readonly redisOutage: number;
  readonly rolling?: true;
  readonly mode: 'polling' | 'webhook';
  readonly seed: number;
  readonly out: string;
  readonly log?: string;
}

function count(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('Expected a whole number.');
  return value;
}

export function readOptions(): SoakOptions {
  return new Command('soak')
    .description(
      'Runs the bot against the local Telegram, has people send photos and things go wrong: the one process in a memory cgroup, or receivers and workers on a Redis.',
    )
    .option('--photos <n>', 'photos sent, each of an album counted', count, 300)
    .option('--per-second <n>', 'photos a second, answered or not; 0: no faster than answers, with bursts', count, 0)
    .option('--flood', 'all at once, each by another person, instead of a mixture')
    .option('--in-front <n>', 'of a flood: photos of one person before those of the others', count, 0)
    .option('--memory <MB>', 'the limit of the cgroup, or of each process of several', count, 512)
    .option(
      '--concurrency <n>',
      'vision processes, of each worker; as many as each chooses, where it is not said',
      count,
    )
    .option('--workers <n>', 'processes that answer; 0: the one process, without Redis', count, 0)
    .option('--receivers <n>', 'where there are workers: processes that receive', count, 1)
    .option('--mishaps <n>', 'things that go wrong, of every kind but those below', count, 0)
    .option('--engine-kills <n>', 'vision processes killed', count, 0)
    .option('--process-kills <n>', 'times that the whole bot, or any one of its processes, is killed', count, 0)
    .option('--process-stops <n>', 'times that it is asked to end', count, 0)
    .option('--webhooks-taken <n>', 'times that another process takes the webhook', count, 0)
    .option('--redis-outage <s>', 'seconds that Redis is away, from the middle on', count, 0)
    .option('--rolling', 'every process is replaced, one after the other, from the middle on')
    .addOption(new Option('--mode <mode>', 'how updates come').choices(['polling', 'webhook']).default('polling'))
    .option('--seed <n>', 'of what is random', count, 1)
    .option('--out <file>', 'where the figures go as JSON', 'soak.json')
    .option('--log <file>', "the file that the bot's log is added to; of several processes, where their names begin")
    .parse()
    .opts<SoakOptions>();
}
