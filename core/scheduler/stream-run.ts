import { StorageLevels } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { type InputRun, reachable, type StateNodeOp, type StreamGraph, type StreamNode } from '../plan/index.ts';
import { hasSnapshots } from '../plan/node.ts';
import {
  alias,
  applyStep,
  cogroup,
  partitionedBy,
  stateOutput,
  stateRdd,
  type StateUpdate,
  combineByKey,
  HashPartitioner,
  type Partitioner,
  type Partitioning,
  Rdd,
  type RddContext,
  type RddScope,
  repartition,
  SHUFFLES,
  step,
  sideBySide,
  union,
  sourceRdd,
  withTime,
} from '../rdd/index.ts';
import type { SourceBlock } from '../storage/block-store.ts';
import { inverseWindowTimes, paneMsOf, windowTimes } from '../window/window.ts';
import { GivenBatches } from './given-batches.ts';
import { chain, each, type MaybePromise } from './maybe-promise.ts';
import { runTransform } from './run-transform.ts';

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

/**
 * The graph as a function of time: `rddAt(node, t)`, computed once per node and time however many children ask.
 * Valid times are z + k·slide, k ≥ 1, with the zero time z (semantics §2).
 */
export class StreamRun {
  readonly given: GivenBatches;
  private readonly beginsAfterMs = new Map<number, number>();
  /** By stream with state: the newest version that this process has computed. */
  private readonly computedMs = new Map<StreamNode, number>();
  private zero: number | undefined;
  /** The plain data of the partitioners that streams were made with. */
  private readonly partitionings = new Map<Partitioner, Partitioning | undefined>();
  private stateNodes: readonly StreamNode[] = [];

  constructor(
    private readonly graph: StreamGraph,
    private readonly rdds: RddContext,
    private readonly inputs: ReadonlyMap<number, InputRun>,
    /** Closures made while a transform runs get their coordinates from its scope. */
    private readonly inTransform: <T>(scope: RddScope, f: () => T) => T,
  ) {
    this.given = new GivenBatches(graph, rdds);
  }

  initialize(zeroMs: number): void {
    this.stateNodes = reachable(this.graph).filter(({ op }) => op.kind === 'state');
    for (const { op } of this.graph.nodes) {
      if ('partitioning' in op) this.partitionings.set(op.partitioner, op.partitioning);
    }
    this.zero = zeroMs;
  }

  /** The versions of state of a batch have been computed. */
  stateComputed(timeMs: number): void {
    for (const node of this.stateNodes) {
      if (this.isValid(node, timeMs)) this.computedMs.set(node, Math.max(this.computedOf(node), timeMs));
    }
  }

  /**
   * From which batch on all has to stay, where all up to `timeMs` have ended, for the state of later ones; infinity: no state needs
   * anything. A version that has failed is computed with the next one, from the newest that is there. After a restart that is, at
   * first, an older one than streams remember otherwise (minus infinity): those between were computed by a process before this one.
   */
  goesOnFromMs(timeMs: number): number {
    let fromMs = Number.POSITIVE_INFINITY;
    for (const node of this.stateNodes) {
      // A window without inverse is made of its batches again.
      if (!hasSnapshots(node)) continue;
      const zero = this.zeroOf(node);
      const newest = timeMs - ((timeMs - zero) % node.slideMs);
      const computed = this.computedOf(node);
      if (newest > zero && newest > computed) fromMs = Math.min(fromMs, computed);
    }
    return fromMs;
  }

  private computedOf(node: StreamNode): number {
    return this.computedMs.get(node) ?? Number.NEGATIVE_INFINITY;
  }

  /** As if nothing had been restored. */
  reset(): void {
    this.given.reset();
    this.computedMs.clear();
    this.zero = undefined;
  }

  get zeroMs(): number | undefined {
    return this.zero;
  }

  isValid(node: StreamNode, timeMs: number): boolean {
    const zero = this.zeroOf(node);
    return timeMs > zero && (timeMs - zero) % node.slideMs === 0;
  }

  /** Throws `StateDropped`. */
  rddAt(node: StreamNode, timeMs: number): MaybePromise<Rdd | undefined> {
    // Restored state may lie at a time that a program which has changed does not have.
    if (!this.isValid(node, timeMs)) return this.given.peek(node, timeMs);
    return this.given.at(node, timeMs, () =>
      chain(this.compute(node, timeMs), (rdd) => this.remembered(node, timeMs, rdd)),
    );
  }

  /** Whether a stream's checkpoint interval ends with this batch. */
  isMarked(node: StreamNode, timeMs: number): boolean {
    const { checkpointMs } = this.graph.settingsOf(node);
    return (
      checkpointMs !== undefined && this.isValid(node, timeMs) && (timeMs - this.zeroOf(node)) % checkpointMs === 0
    );
  }

  /** The data set of a batch, if it is there. */
  remembers(node: StreamNode, timeMs: number): Rdd | undefined {
    const rdd = this.given.peek(node, timeMs);
    return rdd instanceof Rdd ? rdd : undefined;
  }

  /** The state that a stream had after a batch, of a checkpoint. */
  restoreState(node: StreamNode, { timeMs, frames, fromVersion, isSpread }: WrittenState): Rdd {
    const { op } = node;
    if (op.kind !== 'state') throw new TypeError('a state node');
    const { partitioner, partitioning, dialect, schema } = op;
    const label = `${this.graph.labelOf(node.id)}, restored at ${timeMs} ms`;
    const migrate = fromVersion === undefined ? undefined : schema.migrate;
    const made = (restored: Partial<Parameters<typeof stateRdd>[1]>, by: Partitioner, from = fromVersion ?? 0) => {
      const step = { update: { kind: 'restored', migrate, fromVersion: from }, dialect, timeMs, label } as const;
      return stateRdd(
        this.rdds,
        { prev: undefined, initial: undefined, inputs: [], step, isMarked: false, ...restored },
        by,
      );
    };
    const inputs = [sourceRdd(this.rdds, frames, timeMs)];
    let rdd: Rdd;
    if (isSpread) {
      // The partitioner is another one now: they are read as they were written, and go where they belong.
      const read = made({ inputs }, new WrittenPartitions(frames.length), 0);
      rdd = made({ initial: partitionedBy(read, partitioner, dialect, label, partitioning) }, partitioner);
    } else rdd = made({ inputs }, partitioner);
    rdd.label = label;
    this.given.restore(node, timeMs, rdd);
    return rdd;
  }

  /** A state that a recovered program has and the old one had not: it has no batches up to `timeMs`. */
  beginAfter(node: StreamNode, timeMs: number): void {
    this.beginsAfterMs.set(node.id, timeMs);
  }

  private zeroOf(node: StreamNode): number {
    if (this.zero !== undefined) return this.zero;
    throw new DStreamsError(
      'STREAM_NOT_INITIALIZED',
      `${this.graph.labelOf(node.id)} has not been initialized: the context has not started.`,
    );
  }

  private remembered(node: StreamNode, timeMs: number, rdd: Rdd | undefined): Rdd | undefined {
    if (rdd === undefined) return undefined;
    rdd.name ??= `${node.name} at ${timeMs} ms`;
    rdd.label ??= this.graph.labelOf(node.id);
    const { storageLevel } = this.graph.settingsOf(node);
    // State keeps itself.
    if (node.op.kind === 'state' || storageLevel === StorageLevels.NONE || rdd.storageLevel.equals(storageLevel))
      return rdd;
    // A level that another stream gave the same data set stays: this stream keeps its own copy.
    const own = rdd.storageLevel === StorageLevels.NONE ? rdd : alias(rdd);
    return own.persist(storageLevel);
  }

  private compute(node: StreamNode, timeMs: number): MaybePromise<Rdd | undefined> {
    const { op } = node;
    const parents = this.graph.parentsOf(node);
    const parent = parents[0]!;
    switch (op.kind) {
      case 'input':
        return this.inputs.get(node.id)?.rdd(timeMs);
      case 'step':
        return this.map(parent, timeMs, (rdd) => applyStep(rdd, op.step, op.preservesPartitioning));
      case 'repartition':
        return chain(this.required([parent], timeMs, generateFailed), ([rdd]) => repartition(rdd!, op.n, op.dialect));
      case 'byKey':
        return this.map(parent, timeMs, (rdd) =>
          this.own(
            combineByKey(rdd, op.mode, op.partitioner, op.dialect, this.graph.labelOf(node.id), op.partitioning),
            [rdd],
          ),
        );
      case 'cogroup':
        return chain(this.required(parents, timeMs, generateFailed), (rdds) =>
          cogroup(rdds, op.emit, op.partitioner, op.dialect, this.graph.labelOf(node.id), op.partitioning),
        );
      case 'state':
        return this.state(node, op, parent, timeMs);
      case 'stateOutput':
        return this.map(parent, timeMs, stateOutput);
      case 'count':
        return chain(this.required([parent], timeMs, generateFailed), ([rdd]) =>
          this.count(node, rdd!, op.partitioner),
        );
      case 'union':
        return chain(this.required(parents, timeMs, unifyFailed), (rdds) =>
          op.isSideBySide ? sideBySide(rdds) : this.own(union(rdds), rdds),
        );
      case 'window':
        return this.window(parent, timeMs, op.windowMs);
      case 'transform':
        return chain(this.required(parents, timeMs, generateFailed), (rdds) => {
          const { inTransform } = this;
          const label = this.graph.labelOf(node.id);
          const partitioningOf = (partitioner: Partitioner) => this.partitionings.get(partitioner);
          return runTransform({ op, label, timeMs, rdds, partitioningOf, inTransform });
        });
      case 'output':
        return this.rddAt(parent, timeMs);
    }
  }

  /** The version of state at a time: over the one before, from what the batch brings (semantics §8, §3.1). */
  private state(node: StreamNode, op: StateNodeOp, parent: StreamNode, timeMs: number): MaybePromise<Rdd | undefined> {
    if (op.change.kind === 'slidingWindow') return this.slidingWindow(node, op, op.change, parent, timeMs);
    const before = timeMs - node.slideMs;
    const { change, partitioner, partitioning, dialect } = op;
    const isMarked = this.isMarked(node, timeMs);
    const label = `${this.graph.labelOf(node.id)}, batch ${timeMs} ms`;
    const aligned = (rdd: Rdd) => partitionedBy(rdd, partitioner, dialect, label, partitioning);
    const make = (prev: Rdd | undefined, inputs: readonly Rdd[], update: StateUpdate): Rdd => {
      const initial = prev === undefined && op.initial !== undefined ? aligned(op.initial) : undefined;
      return stateRdd(
        this.rdds,
        { prev, initial, inputs, step: { update, dialect, timeMs, label }, isMarked },
        partitioner,
        change.kind !== 'updatePartition' || change.keepsPartitioner,
      );
    };
    const isFirst = before <= (this.beginsAfterMs.get(node.id) ?? this.zeroOf(node));
    return chain(isFirst ? undefined : this.rddAt(node, before), (prev) => {
      if (change.kind === 'inverseWindow') {
        const [leaving, entering] = inverseWindowTimes(
          timeMs,
          change.windowMs,
          node.slideMs,
          parent.slideMs,
          this.zeroOf(parent),
        );
        const batches = (times: readonly number[]) =>
          chain(
            each(times, (at) => this.rddAt(parent, at)),
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
      return chain(this.rddAt(parent, timeMs), (rdd) => {
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
    const zero = this.zeroOf(parent);
    const paneMs = paneMsOf(windowMs, node.slideMs);
    const label = `${this.graph.labelOf(node.id)}, batch ${timeMs} ms`;
    const times = windowTimes(timeMs, windowMs, parent.slideMs, zero);
    return chain(this.given.peek(node, timeMs - node.slideMs), (prev) =>
      chain(
        each(times, (at) => this.rddAt(parent, at)),
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
          return stateRdd(this.rdds, { prev, initial: undefined, inputs, step, isMarked: false }, partitioner);
        },
      ),
    );
  }

  /** The versions of state that a batch makes: they are computed before its output operations, and in order of time. */
  async stateRdds(timeMs: number): Promise<Rdd[]> {
    const rdds: Rdd[] = [];
    for (const node of this.stateNodes) {
      if (!this.isValid(node, timeMs)) continue;
      const rdd = await this.rddAt(node, timeMs);
      if (rdd !== undefined) rdds.push(rdd);
    }
    return rdds;
  }

  private map(parent: StreamNode, timeMs: number, f: (rdd: Rdd) => Rdd): MaybePromise<Rdd | undefined> {
    return chain(this.rddAt(parent, timeMs), (rdd) => (rdd === undefined ? undefined : f(rdd)));
  }

  private required(parents: readonly StreamNode[], timeMs: number, what: string): MaybePromise<readonly Rdd[]> {
    return each(parents, (parent) =>
      chain(this.rddAt(parent, timeMs), (rdd) => {
        if (rdd !== undefined) return rdd;
        throw new DStreamsError(
          'PARENT_RDD_MISSING',
          `${what} at time ${timeMs} ms: ${this.graph.labelOf(parent.id)} has none then.`,
        );
      }),
    );
  }

  private window(parent: StreamNode, timeMs: number, windowMs: number): MaybePromise<Rdd> {
    const times = windowTimes(timeMs, windowMs, parent.slideMs, this.zeroOf(parent));
    return chain(
      each(times, (at) => this.rddAt(parent, at)),
      (rdds) => {
        const there = rdds.filter((rdd): rdd is Rdd => rdd !== undefined);
        if (there.length === 0) return sourceRdd(this.rdds, [], timeMs);
        // A union of batches of which one alone has partitions is that one.
        return this.own(withTime(union(there), timeMs), there);
      },
    );
  }

  /** A stream's data set is its own: what forgets it, or gives it a level, must not touch that of another stream. */
  private own(rdd: Rdd, parents: readonly Rdd[]): Rdd {
    return parents.includes(rdd) ? alias(rdd) : rdd;
  }

  /** Counts partitions where they lie, adds a zero, and sums: so an empty batch counts 0 (Spark `DStream.count`). */
  private count(
    node: StreamNode,
    rdd: Rdd,
    partitioner: Extract<StreamNode['op'], { kind: 'count' }>['partitioner'],
  ): Rdd {
    const label = this.graph.labelOf(node.id);
    const counts = applyStep(applyStep(rdd, COUNT_PARTITION), PAIR_WITH_NULL);
    const zero = sourceRdd(this.rdds, [[{ kind: 'values', values: [[null, 0]] }]], rdd.timeMs);
    return applyStep(combineByKey(union([counts, zero]), SHUFFLES.sum, partitioner, 'array', label), VALUES);
  }
}

const generateFailed = "Couldn't generate RDD from parent";
const unifyFailed = 'Could not generate RDD from a parent for unifying';
const COUNT_PARTITION = step('countPartition', [], 'array', 'count');
const PAIR_WITH_NULL = step('pairWithNull', [], 'array', 'count');
const VALUES = step('values', [], 'array', 'count');

/** Where the partitions of a checkpoint lay: equal to no partitioner of the program. */
class WrittenPartitions extends HashPartitioner {
  override equals(): boolean {
    return false;
  }
}
