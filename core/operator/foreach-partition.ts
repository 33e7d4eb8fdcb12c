import type { StreamRef } from '../plan/index.ts';
import { count } from '../rdd/index.ts';
import { labelled, narrow } from './narrow.ts';
import { output } from './transform.ts';

/**
 * An output operation on the executors: `fn(records)` once per partition and batch, for empty partitions too; what it
 * returns is awaited and dropped. `fn` is part of the graph, so executors hold it too (decision 5).
 */
export function foreachPartition(stream: StreamRef, fn: unknown): void {
  const lists = narrow(stream, 'foreachPartition', 'glom', [], 'array');
  const done = stream.graph.add({
    name: 'foreachPartition',
    parents: [lists],
    op: (slots) => {
      const base = {
        op: 'mapAsync',
        fns: [slots.slot(fn, true)],
        dialect: 'array',
        concurrency: 1,
        ordered: true,
      } as const;
      return { kind: 'step', step: labelled(base, slots.label) };
    },
  });
  output(done, 'foreachPartition', (rdd) => count(rdd));
}
