import type { StreamGraph } from './graph.ts';
import { windowMsOf } from './node.ts';
import { reachable } from './reachable.ts';

/**
 * For how long each node's data sets are remembered, in ms, by node id (semantics §10). From the outputs back: a
 * node keeps its own slide, twice its checkpoint interval, what the context asks of outputs, and whatever its children
 * look back; a window looks back by its length on top of its own.
 */
export function retention(graph: StreamGraph, rememberMs = 0): Map<number, number> {
  const keep = new Map<number, number>();
  const nodes = reachable(graph);
  for (let i = nodes.length - 1; i >= 0; i--) {
    const node = nodes[i]!;
    const { checkpointMs } = graph.settingsOf(node);
    let own = Math.max(node.slideMs, keep.get(node.id) ?? 0);
    if (checkpointMs !== undefined && node.slideMs <= checkpointMs) own = Math.max(own, 2 * checkpointMs);
    if (node.op.kind === 'output') own = Math.max(own, rememberMs);
    keep.set(node.id, own);
    const parentsNeed = own + windowMsOf(node);
    for (const id of node.parents) keep.set(id, Math.max(keep.get(id) ?? 0, parentsNeed));
  }
  return keep;
}
