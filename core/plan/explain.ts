import { StorageLevels } from '../data/index.ts';
import type { StreamGraph } from './graph.ts';
import { windowMsOf } from './node.ts';
import { reachable } from './reachable.ts';
import { retention } from './retention.ts';

/** The graph as text, a line a node: number, operator, uid, parents, slide, how long it remembers, level, where made. */
export function explain(graph: StreamGraph, rememberMs = 0): string {
  const keep = retention(graph, rememberMs);
  const live = new Set(reachable(graph).map(({ id }) => id));
  const lines = graph.nodes.map((node) => {
    const { storageLevel, checkpointMs } = graph.settingsOf(node);
    const parts = [`#${node.id} ${node.name}`, `uid ${graph.uidOf(node)}`];
    if (node.parents.length > 0) parts.push(`from ${node.parents.map((id) => `#${id}`).join(', ')}`);
    parts.push(`every ${node.slideMs} ms`);
    const windowMs = windowMsOf(node);
    if (windowMs > 0) parts.push(`over ${windowMs} ms`);
    if (live.has(node.id)) parts.push(`remembers ${keep.get(node.id)} ms`);
    else parts.push('no output reaches it');
    if (storageLevel !== StorageLevels.NONE) parts.push(storageLevel.description());
    if (checkpointMs !== undefined) parts.push(`checkpoint every ${checkpointMs} ms`);
    if (node.site !== '') parts.push(`at ${node.site}`);
    return parts.join(' · ');
  });
  return `Graph of ${graph.nodes.length} operators, batch ${graph.batchMs} ms\n${lines.join('\n')}\n`;
}
