import { StorageLevels } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { StreamGraph, StreamNode } from '../plan/index.ts';
import { hasSnapshots } from '../plan/node.ts';
import { Rdd, type RddContext } from '../rdd/index.ts';
import type { MaybePromise } from './maybe-promise.ts';

/** State of a batch that was let go of is asked for: of a batch to come that is a bug, of a slice it is what anybody may do. */
export class StateDropped extends DStreamsError {
  constructor(label: string, timeMs: number) {
    super('INVARIANT', `${label}: its state of batch ${timeMs} ms was let go of, and is asked for.`);
  }
}

/** What streams gave for batches, by node and time, for as long as another one may ask for it. */
export class GivenBatches {
  private readonly given = new Map<number, Map<number, MaybePromise<Rdd | undefined>>>();
  /** By node id: of which batch its state was restored. */
  private readonly restoredMs = new Map<number, number>();
  /** By node id: the newest version of state that was dropped. */
  private readonly droppedMs = new Map<number, number>();
  /** Versions of state that are being written. */
  private readonly held = new Set<Rdd>();
  private readonly droppedMeanwhile = new Set<Rdd>();

  constructor(
    private readonly graph: StreamGraph,
    private readonly rdds: RddContext,
  ) {}

  /** As if nothing had been given or restored. */
  reset(): void {
    this.given.clear();
    this.restoredMs.clear();
    this.droppedMs.clear();
  }

  /** What was given, or what `compute` gives. Throws `StateDropped`. */
  at(node: StreamNode, timeMs: number, compute: () => MaybePromise<Rdd | undefined>): MaybePromise<Rdd | undefined> {
    const times = this.timesOf(node);
    if (times.has(timeMs)) return times.get(timeMs);
    // What was before is gone: a program that has changed may ask for it.
    if (timeMs < (this.restoredMs.get(node.id) ?? timeMs)) return undefined;
    // Made again of what its inputs remember, it would be less than it was, and nobody would know.
    if (timeMs <= (this.droppedMs.get(node.id) ?? Number.NEGATIVE_INFINITY)) {
      throw new StateDropped(this.graph.labelOf(node.id), timeMs);
    }
    const computed = compute();
    times.set(timeMs, computed);
    if (computed instanceof Promise) {
      const forget = () => times.delete(timeMs);
      computed.then((rdd) => times.get(timeMs) === computed && times.set(timeMs, rdd), forget);
    }
    return computed;
  }

  private timesOf({ id }: StreamNode): Map<number, MaybePromise<Rdd | undefined>> {
    let times = this.given.get(id);
    if (times === undefined) {
      times = new Map();
      this.given.set(id, times);
    }
    return times;
  }

  /** What was given, if it is there. */
  peek(node: StreamNode, timeMs: number): MaybePromise<Rdd | undefined> {
    return this.given.get(node.id)?.get(timeMs);
  }

  /** The state that a stream had after a batch: it has no earlier one. */
  restore(node: StreamNode, timeMs: number, rdd: Rdd): void {
    this.given.set(node.id, new Map([[timeMs, rdd]]));
    this.restoredMs.set(node.id, timeMs);
  }

  /** Drops what no stream can ask for any more. `keepMs`: by node id, how long it remembers. */
  forget(timeMs: number, keepMs: ReadonlyMap<number, number>, unpersists = true): void {
    for (const [id, times] of this.given) {
      const node = this.graph.nodes[id]!;
      const keep = keepMs.get(id) ?? node.slideMs;
      for (const [at, rdd] of times) {
        if (at > timeMs - keep) continue;
        times.delete(at);
        // An output names its parent's data set, which the parent may remember for longer.
        if (!(rdd instanceof Rdd) || node.op.kind === 'output') continue;
        if (rdd.op.kind === 'state') {
          this.dropState(rdd);
          if (hasSnapshots(node)) this.droppedMs.set(id, Math.max(at, this.droppedMs.get(id) ?? at));
        } else if (unpersists && rdd.storageLevel !== StorageLevels.NONE) rdd.unpersist();
      }
    }
  }

  /** Keeps a version of state, whatever is forgotten, until what it returns is called. */
  holdState(rdd: Rdd): () => void {
    this.held.add(rdd);
    return () => {
      this.held.delete(rdd);
      if (this.droppedMeanwhile.delete(rdd)) this.rdds.unpersist([rdd.id]);
    };
  }

  private dropState(rdd: Rdd): void {
    if (this.held.has(rdd)) this.droppedMeanwhile.add(rdd);
    else this.rdds.unpersist([rdd.id]);
  }
}
