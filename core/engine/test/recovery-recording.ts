import { streamOps } from '../../internal.ts';
import type { StreamRef } from '../../plan/index.ts';

/** Keeps what each batch of a stream holds, sorted; a batch that runs again says it again. */
export function recordAll(stream: StreamRef, name: string, into: Map<string, unknown>): void {
  streamOps.output(stream, 'foreachRDD', async (rdd, timeMs) => {
    const records = (await rdd.ctx.runner.run(rdd, { kind: 'collect' })).flat();
    into.set(`${name}@${timeMs}`, records.map((record) => JSON.stringify(record)).sort());
  });
}
