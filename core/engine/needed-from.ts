import { reachable, type StreamGraph, type StreamNode } from '../plan/index.ts';
import { hasSnapshots, windowMsOf } from '../plan/node.ts';

/** What of the states of a program is written down. */
export interface StateVersions {
  /** The times of a stream's versions, in order. */
  timesOf(node: StreamNode): readonly number[];
  /** After which batch a stream without a version begins, without state. */
  beginsAfterMs(node: StreamNode): number;
}

/**
 * By node id: the earliest batch that a stream is asked for after a restart whose first batch is `fromMs`. From the outputs
 * back: a window asks for the batches that it covers, and a state for all since the newest version before what it is asked
 * for itself. The version of a `mapWithState` knows its keys but not what its function had returned, so a version counts
 * only for the batches after it.
 */
export function neededFrom(graph: StreamGraph, fromMs: number, versions: StateVersions): ReadonlyMap<number, number> {
  const needed = new Map<number, number>();
  const nodes = reachable(graph);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    const own = Math.min(needed.get(node.id) ?? fromMs, fromMs);
    needed.set(node.id, own);
    const parents = graph.parentsOf(node);
    let first = own;
    if (hasSnapshots(node)) {
      const version = versions.timesOf(node).findLast((timeMs) => timeMs < own) ?? versions.beginsAfterMs(node);
      first = version + node.slideMs;
    }
    for (const parent of parents) {
      // What leaves a window that is kept up to date was in the one before.
      const inverse = node.op.kind === 'state' && node.op.change.kind === 'inverseWindow' ? node.slideMs : 0;
      const window = windowMsOf(node);
      const asked = window === 0 ? first : first - inverse - window + parent.slideMs;
      needed.set(parent.id, Math.min(needed.get(parent.id) ?? asked, asked));
    }
  }
  return needed;
}
