import type { PairDialect } from '../data/index.ts';
import type { StreamRef } from '../plan/index.ts';
import type { CogroupEmit, Partitioner } from '../rdd/index.ts';
import { partitioningAt } from './by-key.ts';
import { checkSlides } from './narrow.ts';

/**
 * Batches of two or more streams of pairs, brought together by key: `cogroup`, and the joins that are made of it. Each
 * side is shuffled unless it is partitioned that way already.
 */
export function cogroup(
  streams: readonly StreamRef[],
  emit: CogroupEmit,
  partitioner: Partitioner,
  dialect: PairDialect,
): StreamRef {
  checkSlides(streams, emit);
  return streams[0]!.graph.add({
    name: emit,
    parents: streams,
    op: (slots) => ({ kind: 'cogroup', emit, partitioner, partitioning: partitioningAt(slots, partitioner), dialect }),
  });
}
