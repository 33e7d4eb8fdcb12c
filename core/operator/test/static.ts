import type { StreamEngine } from '../../engine/stream-engine.ts';
import type { StreamRef } from '../../plan/index.ts';
import { parallelize, type Rdd } from '../../rdd/index.ts';

/** Data sets of the context that a stream belongs to. */
export function rddOpsFor(stream: StreamRef): { parallelize(values: Iterable<unknown>): Rdd } {
  const { sc } = stream.graph.owner as StreamEngine;
  return { parallelize: (values) => parallelize(sc, values, 2) };
}
