import type { StreamGraph } from './graph.ts';
import { windowMsOf } from './node.ts';

/** One line a node: what driver and executors must have in common. The first line that differs names the culprit. */
export function fingerprint(graph: StreamGraph): string[] {
  return graph.nodes.map((node) => {
    const { op } = node;
    let detail = '';
    if (op.kind === 'step') detail = op.step.op;
    else if (op.kind === 'byKey') detail = op.mode.kind;
    else if (op.kind === 'window') detail = String(op.windowMs);
    else if (op.kind === 'state') detail = `${op.change.kind} ${windowMsOf(node)}`;
    return `${node.id} ${node.name} ${op.kind} ${detail} <${node.parents.join(',')}> ${node.slideMs} ${graph.uidOf(node)}`;
  });
}

/** The first difference between two fingerprints, in words; undefined where they are equal. */
export function firstDifference(driver: readonly string[], executor: readonly string[]): string | undefined {
  const n = Math.max(driver.length, executor.length);
  for (let i = 0; i < n; i++) {
    if (driver[i] !== executor[i]) return `driver: ${driver[i] ?? 'nothing'}; executor: ${executor[i] ?? 'nothing'}`;
  }
  return undefined;
}
