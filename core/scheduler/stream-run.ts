import { StorageLevels } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { InputRun, StreamGraph, StreamNode } from '../plan/index.ts';
import {
  alias,
  applyStep,
  cogroup,
  stateOutput,
  combineByKey,
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
import { windowTimes } from '../window/window.ts';
import { GivenBatches } from './given-batches.ts';
import { chain, each, type MaybePromise } from './maybe-promise.ts';
import { runTransform } from './run-transform.ts';
import { type Batches, StateVersions } from './state-versions.ts';

/**
 * The graph as a function of time: `rddAt(node, t)`, computed once per node and time however many children ask.
 * Valid times are z + k·slide, k ≥ 1, with the zero time z (semantics §2).
 */
export class StreamRun implements Batches {
  readonly given: GivenBatches;
  readonly states: StateVersions;
  private zero: number | undefined;
  /** The plain data of the partitioners that streams were made with. */
  private readonly partitionings = new Map<Partitioner, Partitioning | undefined>();

  constructor(
    private readonly graph: StreamGraph,
    private readonly rdds: RddContext,
    private readonly inputs: ReadonlyMap<number, InputRun>,
    /** Closures made while a transform runs get their coordinates from its scope. */
    private readonly inTransform: <T>(scope: RddScope, f: () => T) => T,
  ) {
    this.given = new GivenBatches(graph, rdds);
    this.states = new StateVersions(graph, rdds, this);
  }

  initialize(zeroMs: number): void {
    this.states.initialize();
    for (const { op } of this.graph.nodes) {
      if ('partitioning' in op) this.partitionings.set(op.partitioner, op.partitioning);
    }
    this.zero = zeroMs;
  }

  /** As if nothing had been restored. */
  reset(): void {
    this.given.reset();
    this.states.reset();
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

  /** Throws where the context has not started. */
  zeroOf(node: StreamNode): number {
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
        return this.states.at(node, op, parent, timeMs);
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
