/** Loaded into the bot before its own code: on `SIGUSR2` its clock jumps, an hour forwards and back by turns. */
const HOUR_MS = 3_600_000;

const now = Date.now.bind(Date);
const clock = { ahead: 0 };

process.on('SIGUSR2', () => {
  clock.ahead = HOUR_MS - clock.ahead;
});

Date.now = () => now() + clock.ahead;
globalThis.Date = new Proxy(Date, {
  construct: (target, parameters: unknown[], made) =>
    Reflect.construct(target, parameters.length === 0 ? [Date.now()] : parameters, made) as Date,
});
