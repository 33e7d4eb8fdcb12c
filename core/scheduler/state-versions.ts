import { hasSnapshots } from '../plan/node.ts';
import { reachable, type StateNodeOp, type StreamGraph, type StreamNode } from '../plan/index.ts';
import {
  HashPartitioner,
  type Partitioner,
  partitionedBy,
  type Rdd,
  type RddContext,
  sourceRdd,
  stateRdd,
  type StateUpdate,
} from '../rdd/index.ts';
import type { SourceBlock } from '../storage/block-store.ts';
import { inverseWindowTimes, paneMsOf, windowTimes } from '../window/window.ts';
import type { GivenBatches } from './given-batches.ts';
import { chain, each, type MaybePromise } from './maybe-promise.ts';

/** The state of a stream, as a checkpoint holds it. */
export interface WrittenState {
  readonly timeMs: number;
  /** A list a partition. */
  readonly frames: readonly (readonly SourceBlock[])[];
  /** undefined: it is of the version that the program has. */
  readonly fromVersion: number | undefined;
  /** The program has another partitioner: keys are to go where that puts them. */
  readonly isSpread: boolean;
}

/** The batches of all streams, of which versions of state are made. */
export interface Batches {
  readonly given: GivenBatches;
  zeroOf(node: StreamNode): number;
  isValid(node: StreamNode, timeMs: number): boolean;
  isMarked(node: StreamNode, timeMs: number): boolean;
  rddAt(node: StreamNode, timeMs: number): MaybePromise<Rdd | undefined>;
}

/** What streams with state remember from batch to batch: a version a batch, each made of the one before. */
export class StateVersions {
  private readonly beginsAfterMs = new Map<number, number>();
  /** By stream: the newest version that this process has computed. */
  private readonly computedMs = new Map<StreamNode, number>();
  private nodes: readonly StreamNode[] = [];

  constructor(
    private readonly graph: StreamGraph,
    private readonly context: RddContext,
    private readonly batches: Batches,
  ) {}

  initialize(): void {
    this.nodes = reachable(this.graph).filter(({ op }) => op.kind === 'state');
  }

  /** As if nothing had been restored. */
  reset(): void {
    this.computedMs.clear();
  }

  /** The versions of a batch have been computed. */
  computed(timeMs: number): void {
    for (const node of this.nodes) {
      if (this.batches.isValid(node, timeMs)) this.computedMs.set(node, Math.max(this.computedOf(node), timeMs));
    }
  }

  /**
   * From which batch on all has to stay, where all up to `timeMs` have ended, for the state of later ones; infinity: no state needs
   * anything. A version that has failed is computed with the next one, from the newest that is there. After a restart that is, at
   * first, an older one than streams remember otherwise (minus infinity): those between were computed by a process before this one.
   */
  goesOnFromMs(timeMs: number): number {
    let fromMs = Number.POSITIVE_INFINITY;
    for (const node of this.nodes) {
      // A window without inverse is made of its batches again.
      if (!hasSnapshots(node)) continue;
      const zero = this.batches.zeroOf(node);
      const newest = timeMs - ((timeMs - zero) % node.slideMs);
      const computed = this.computedOf(node);
      if (newest > zero && newest > computed) fromMs = Math.min(fromMs, computed);
    }
    return fromMs;
  }

  private computedOf(node: StreamNode): number {
    return this.computedMs.get(node) ?? Number.NEGATIVE_INFINITY;
  }

  /** The state that a stream had after a batch, of a checkpoint. */
  restore(node: StreamNode, { timeMs, frames, fromVersion, isSpread }: WrittenState): Rdd {
    const { op } = node;
    if (op.kind !== 'state') throw new TypeError('a state node');
    const { partitioner, partitioning, dialect, schema } = op;
    const label = `${this.graph.labelOf(node.id)}, restored at ${timeMs} ms`;
    const migrate = fromVersion === undefined ? undefined : schema.migrate;
    const made = (restored: Partial<Parameters<typeof stateRdd>[1]>, by: Partitioner, from = fromVersion ?? 0) => {
      const step = { update: { kind: 'restored', migrate, fromVersion: from }, dialect, timeMs, label } as const;
      return stateRdd(
        this.context,
        { prev: undefined, initial: undefined, inputs: [], step, isMarked: false, ...restored },
        by,
      );
    };
    const inputs = [sourceRdd(this.context, frames, timeMs)];
    let rdd: Rdd;
    if (isSpread) {
      // The partitioner is another one now: they are read as they were written, and go where they belong.
      const read = made({ inputs }, new WrittenPartitions(frames.length), 0);
      rdd = made({ initial: partitionedBy(read, partitioner, dialect, label, partitioning) }, partitioner);
    } else rdd = made({ inputs }, partitioner);
    rdd.label = label;
    this.batches.given.restore(node, timeMs, rdd);
    return rdd;
  }

  /** A state that a recovered program has and the old one had not: it has no batches up to `timeMs`. */
  beginAfter(node: StreamNode, timeMs: number): void {
    this.beginsAfterMs.set(node.id, timeMs);
  }

  /** The version at a time: over the one before, from what the batch brings (semantics §8, §3.1). */
  at(node: StreamNode, op: StateNodeOp, parent: StreamNode, timeMs: number): MaybePromise<Rdd | undefined> {
    if (op.change.kind === 'slidingWindow') return this.slidingWindow(node, op, op.change, parent, timeMs);
    const before = timeMs - node.slideMs;
    const { change, partitioner, partitioning, dialect } = op;
    const isMarked = this.batches.isMarked(node, timeMs);
    const label = `${this.graph.labelOf(node.id)}, batch ${timeMs} ms`;
    const aligned = (rdd: Rdd) => partitionedBy(rdd, partitioner, dialect, label, partitioning);
    const make = (prev: Rdd | undefined, inputs: readonly Rdd[], update: StateUpdate): Rdd => {
      const initial = prev === undefined && op.initial !== undefined ? aligned(op.initial) : undefined;
      return stateRdd(
        this.context,
        { prev, initial, inputs, step: { update, dialect, timeMs, label }, isMarked },
        partitioner,
        change.kind !== 'updatePartition' || change.keepsPartitioner,
      );
    };
    const isFirst = before <= (this.beginsAfterMs.get(node.id) ?? this.batches.zeroOf(node));
    return chain(isFirst ? undefined : this.batches.rddAt(node, before), (prev) => {
      if (change.kind === 'inverseWindow') {
        const [leaving, entering] = inverseWindowTimes(
          timeMs,
          change.windowMs,
          node.slideMs,
          parent.slideMs,
          this.batches.zeroOf(parent),
        );
        const batches = (times: readonly number[]) =>
          chain(
            each(times, (at) => this.batches.rddAt(parent, at)),
            (rdds) => rdds.filter((rdd): rdd is Rdd => rdd !== undefined).map(aligned),
          );
        return chain(batches(leaving), (old) =>
          chain(batches(entering), (fresh) => {
            const { reduce, inverse, filter } = change;
            return make(prev, [...old, ...fresh], {
              kind: 'inverseWindow',
              reduce,
              inverse,
              filter,
              leaving: old.length,
            });
          }),
        );
      }
      return chain(this.batches.rddAt(parent, timeMs), (rdd) => {
        const inputs = rdd === undefined ? [] : [aligned(rdd)];
        if (change.kind === 'mapWithState') {
          return make(prev, inputs, {
            kind: 'mapWithState',
            fn: change.fn,
            timeoutMs: change.timeoutMs,
            scan: isMarked,
          });
        }
        if (prev === undefined && rdd === undefined) return undefined;
        return make(prev, inputs, { kind: change.kind, fn: change.fn });
      });
    });
  }

  /**
   * A window without inverse: over the version before where that is remembered, else of all batches of the window. So it
   * needs no checkpoint, and after a restart it is what it would have been.
   */
  private slidingWindow(
    node: StreamNode,
    { partitioner, partitioning, dialect }: StateNodeOp,
    { reduce, windowMs }: Extract<StateNodeOp['change'], { kind: 'slidingWindow' }>,
    parent: StreamNode,
    timeMs: number,
  ): MaybePromise<Rdd> {
    const zero = this.batches.zeroOf(parent);
    const paneMs = paneMsOf(windowMs, node.slideMs);
    const label = `${this.graph.labelOf(node.id)}, batch ${timeMs} ms`;
    const times = windowTimes(timeMs, windowMs, parent.slideMs, zero);
    return chain(this.batches.given.peek(node, timeMs - node.slideMs), (prev) =>
      chain(
        each(times, (at) => this.batches.rddAt(parent, at)),
        (rdds) => {
          const inputs: Rdd[] = [];
          const panes: number[] = [];
          rdds.forEach((rdd, i) => {
            if (rdd === undefined) return;
            inputs.push(partitionedBy(rdd, partitioner, dialect, label, partitioning));
            panes.push(Math.ceil((times[i]! - zero) / paneMs));
          });
          const update: StateUpdate = {
            kind: 'slidingWindow',
            reduce,
            slide: (timeMs - zero) / node.slideMs,
            windowPanes: windowMs / paneMs,
            slidePanes: node.slideMs / paneMs,
            panes,
          };
          const step = { update, dialect, timeMs, label };
          return stateRdd(this.context, { prev, initial: undefined, inputs, step, isMarked: false }, partitioner);
        },
      ),
    );
  }

  /** The versions that a batch makes: they are computed before its output operations, and in order of time. */
  async rdds(timeMs: number): Promise<Rdd[]> {
    const made: Rdd[] = [];
    for (const node of this.nodes) {
      if (!this.batches.isValid(node, timeMs)) continue;
      const rdd = await this.batches.rddAt(node, timeMs);
      if (rdd !== undefined) made.push(rdd);
    }
    return made;
  }
}

/** Where the partitions of a checkpoint lay: equal to no partitioner of the program. */
class WrittenPartitions extends HashPartitioner {
  override equals(): boolean {
    return false;
  }
}
