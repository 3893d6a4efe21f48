import { setTimeout as pause } from 'node:timers/promises';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A signal that a program sends itself may reach it some lines later. */
const SIGNAL_COMES_WITHIN_MS = 1000;

/**
 * Does work that takes back what it has begun when Ctrl+C or a request to end interrupts it, and then ends as that
 * signal ends a program, by which the shell knows. A second signal ends it at once.
 *
 * @param work what is told of the interruption by an `AbortSignal`
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const received: NodeJS.Signals[] = [];
  const stopListening = (): void => {
    for (const signal of SIGNALS) process.removeListener(signal, interrupt);
  };
  const interrupt = (signal: NodeJS.Signals): void => {
    received.push(signal);
    stopListening();
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } finally {
    stopListening();
    for (const signal of received) {
      process.kill(process.pid, signal);
      await pause(SIGNAL_COMES_WITHIN_MS);
    }
  }
}
