import type { StreamGraph } from './graph.ts';
import type { StreamNode } from './node.ts';

/** The nodes that some output reaches, in topological order: only these are initialised, validated and remembered. */
export function reachable(graph: StreamGraph): StreamNode[] {
  const wanted = new Set<number>();
  for (let id = graph.nodes.length - 1; id >= 0; id--) {
    const node = graph.nodes[id]!;
    if (node.op.kind === 'output' || wanted.has(id)) {
      wanted.add(id);
      for (const parent of node.parents) wanted.add(parent);
    }
  }
  return graph.nodes.filter(({ id }) => wanted.has(id));
}

/** The ids of nodes that are state, or computed from it. */
export function stateful(graph: StreamGraph): Set<number> {
  const ids = new Set<number>();
  for (const { id, op, parents } of graph.nodes) {
    if (op.kind === 'state' || parents.some((parent) => ids.has(parent))) ids.add(id);
  }
  return ids;
}
