import type { Rdd } from './rdd.ts';

/** The records in order, with one partition at a time in memory. Each partition is a job of its own, run when it is asked for. */
export async function* localIterator(rdd: Rdd): AsyncGenerator<unknown, undefined> {
  for (let p = 0; p < rdd.partitionCount; p++) {
    const [records] = (await rdd.ctx.runner.run(rdd, { kind: 'collect' }, [p])) as [unknown[]];
    yield* records;
  }
  return undefined;
}
