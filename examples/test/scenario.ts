import { availableParallelism } from 'node:os';
import { Stage } from './run-example.ts';

/** Examples wait for their batches most of the time, so that several may be under way for each core. */
const underWayMax = 2 * availableParallelism();

/** For a machine that does much else; waiting for a place is counted in. */
const timeoutMs = 300_000;

const waiting: (() => Promise<void>)[] = [];
const workers: Promise<void>[] = [];

async function work(): Promise<void> {
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await next();
}

/**
 * A test that runs beside others of its kind, whatever file they are in: when the first one begins, all do, as far as there is
 * room. What its body puts on the stage goes when it is over.
 */
export function scenario(title: string, body: (stage: Stage) => Promise<void>): void {
  const result = new Promise<void>((resolve, reject) => {
    waiting.push(async () => {
      const stage = new Stage();
      try {
        await body(stage);
        resolve();
      } catch (error) {
        reject(error);
      } finally {
        await stage.clear();
      }
    });
  });
  result.catch(() => {}); // It is the test below that fails.
  it(title, () => {
    while (workers.length < underWayMax) workers.push(work());
    return result;
  }).timeout(timeoutMs);
}

/** Resolves when none is under way: for tests that want the machine to themselves. */
export async function scenariosOver(): Promise<void> {
  await Promise.all(workers);
}
