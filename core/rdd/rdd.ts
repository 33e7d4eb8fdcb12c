import type { PairDialect } from '../data/index.ts';
import { type StorageLevel, type StorageLevelLike, StorageLevels, storageLevelOf } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import { printAsText } from '../printed.ts';
import type { SourceBlock } from '../storage/block-store.ts';
import type { AnyFunction, FnSlot } from './function-slot.ts';
import type { Partitioner } from './partitioner.ts';
import { looseSlots, type RddScope } from './scope.ts';
import type { Step } from './step.ts';

/** How a shuffle combines records of one key; without a key for `values`. */
export type ShuffleMode =
  | {
      readonly kind: 'combine';
      /** undefined: the value itself is the first combiner. */
      readonly create: FnSlot | undefined;
      readonly mergeValue: FnSlot;
      readonly mergeCombiners: FnSlot;
      readonly mapSide: boolean;
    }
  | { readonly kind: 'group' }
  | { readonly kind: 'pairs' }
  | { readonly kind: 'values' };

/** To which reduce partition a record goes: plain data where that is possible, so that it can travel. */
export type Partitioning =
  | { readonly kind: 'hash'; readonly n: number }
  | { readonly kind: 'by'; readonly n: number; readonly fn: FnSlot }
  /** Keys in order: see `sortByKey`. */
  | {
      readonly kind: 'range';
      readonly n: number;
      readonly ascending: boolean;
      readonly bounds: RangeBounds;
      /** undefined: the natural order. */
      readonly compare?: FnSlot;
    }
  /** `hasOrder`: the records come in the same order when they are made again. */
  | { readonly kind: 'roundRobin'; readonly n: number; readonly hasOrder: boolean };

/** The keys that part the ranges, as text that can travel; found by a job before the first one that needs them. */
export interface RangeBounds {
  encoded: string | undefined;
}

/** Functions of a zip step are called with the partition's inputs, materialised, in order of the parents. */
export interface ZipStep {
  readonly op: 'zipPartitions';
  readonly fn: FnSlot;
  readonly label: string;
}

/** What a data set is made of: plain descriptors, `stage/` turns them into work. */
export type RddOp =
  | {
      readonly kind: 'source';
      readonly partitions: readonly (readonly SourceBlock[])[];
      /** Of the operation, where it was not the source itself. */
      readonly label?: string;
    }
  | { readonly kind: 'step'; readonly parent: Rdd; readonly step: Step }
  | { readonly kind: 'union'; readonly parents: readonly Rdd[] }
  /** Partition p is the parents' partitions p, one after the other: a union that keeps their common partitioner. */
  | { readonly kind: 'alignedUnion'; readonly parents: readonly Rdd[] }
  | { readonly kind: 'coalesce'; readonly parent: Rdd; readonly groups: readonly (readonly number[])[] }
  | { readonly kind: 'zip'; readonly parents: readonly Rdd[]; readonly step: ZipStep }
  /** Two or more sides, partitioned alike, grouped by key. */
  | {
      readonly kind: 'cogroup';
      readonly parents: readonly Rdd[];
      readonly emit: CogroupEmit;
      readonly dialect: PairDialect;
      readonly label: string;
    }
  /** A version of state: `prev` (or `initial`, or nothing) and what the batch brings. Cut off once it is safe. */
  | {
      readonly kind: 'state';
      readonly parents: readonly Rdd[];
      readonly prev: Rdd | undefined;
      readonly initial: Rdd | undefined;
      readonly inputs: readonly Rdd[];
      readonly step: StateStep;
      /** A batch whose version gets a second copy: rebuilding never goes back further. */
      readonly isMarked: boolean;
      readonly isCut: boolean;
    }
  /** What a state's step emitted. */
  | { readonly kind: 'stateOutput'; readonly parent: Rdd }
  /** By key, inside each partition: the parent is partitioned already as the result has to be. */
  | {
      readonly kind: 'combined';
      readonly parent: Rdd;
      readonly mode: ShuffleMode;
      readonly dialect: PairDialect;
      readonly label: string;
    }
  | {
      readonly kind: 'shuffled';
      readonly parent: Rdd;
      readonly shuffleId: number;
      readonly mode: ShuffleMode;
      readonly partitioning: Partitioning;
      readonly dialect: PairDialect;
      readonly label: string;
    };

/** What an action computes of each partition. Plain data but for the slots, so that it can travel as coordinates. */
export type Action =
  | { readonly kind: 'collect' }
  | { readonly kind: 'count' }
  | { readonly kind: 'take'; readonly n: number }
  /** Folds a partition from its first record; an empty partition gives undefined, any other `[value]`. */
  | { readonly kind: 'reduce'; readonly fn: FnSlot; readonly label: string }
  /** Calls `fn(records, partitionIndex)` once, also for an empty partition; the result is what it returns. */
  | { readonly kind: 'partition'; readonly fn: FnSlot; readonly label: string; readonly isAsync: boolean }
  /** Writes a partition as a file below `target`, by what `fn(args, sink, part)` opens; the result says which. See `sink/part-file.ts`. */
  | {
      readonly kind: 'write';
      readonly fn: FnSlot;
      readonly args: unknown;
      readonly target: {
        readonly temporary: string;
        readonly directory: string;
        readonly prefix: string;
        /** Of the names of the parts. */
        readonly extension: string;
      };
      readonly label: string;
    };

/** Runs actions. The engine's runner cuts the lineage into stages and gives them to a backend. */
export interface JobRunner {
  /**
   * Resolves with the action's result for each of `partitions` (default: all), in that order. Rejects with the first
   * failure, wrapped: USER_FUNCTION_FAILED names operator, uid and batch time.
   */
  run(rdd: Rdd, action: Action, partitions?: readonly number[]): Promise<unknown[]>;
}

/** What data sets need of the context that made them. */
export interface RddContext {
  readonly runner: JobRunner;
  readonly defaultParallelism: number;
  /** The scope of code that runs now, outside any parent: set before `start()` and during transform calls. */
  currentScope(): RddScope | undefined;
  nextRddId(): number;
  nextShuffleId(): number;
  /** Called for each data set that gets a storage level: its blocks go when nobody can name it any more. */
  persisted(rdd: Rdd): void;
  /** Called for each shuffle: its outputs go with its batch, or, made outside batches, with the data set. */
  shuffled(rdd: Rdd, shuffleId: number): void;
  unpersist(rddIds: readonly number[]): void;
  /** Called for each data set that is to be written to the checkpoint directory. Throws `CHECKPOINT_DIR_MISSING`. */
  checkpointAsked?(): void;
  /** Whether a batch was begun before the program came back: outputs that are complete are kept then (decision 21). */
  isRecoveredRerun?(timeMs: number): boolean;
}

/** What a data set of a batch is made of, as text: shared by all stand-ins of it, and found out when a transform function asks. */
export interface Lineage {
  /** The lines of its debug string behind the first one. */
  below: readonly string[] | undefined;
}

/**
 * One batch's data set: immutable, partitioned, lazily computed from its lineage (Zaharia et al., NSDI 2012).
 * Only the storage level may be set after creation. Surfaces wrap it; they add no logic.
 * @internal
 */
export class Rdd<T = unknown> {
  declare readonly __element?: T;
  readonly id: number;
  /** The batch whose job makes it; undefined for data sets made outside batches. */
  readonly timeMs: number | undefined;
  storageLevel: StorageLevel = StorageLevels.NONE;
  name: string | undefined;
  /** Asked for by `checkpoint()`; `file` is set, and the lineage cut, by the first action that needs the data set. */
  checkpointing: { file: string | undefined } | undefined;
  /** `localCheckpoint()` was called. */
  isLocallyCheckpointed = false;
  /** The operator of a stream that made it, with its uid: what an error names. */
  label: string | undefined;
  /** Of what a transform function is given. */
  lineage: Lineage | undefined;
  /** Something in its lineage is partitioned by ranges of keys. */
  readonly hasRanges: boolean;

  constructor(
    readonly ctx: RddContext,
    readonly op: RddOp,
    readonly partitionCount: number,
    readonly partitioner: Partitioner | undefined,
    readonly scope: RddScope | undefined,
    timeMs?: number,
  ) {
    // Not what an action makes for itself, which executors do not run.
    const isOfScope = scope !== undefined && scope === ctx.currentScope();
    this.id = isOfScope ? scope.nextId(() => ctx.nextRddId()) : ctx.nextRddId();
    const above = parentsOf(op);
    this.timeMs = timeMs ?? latestTime(above);
    this.hasRanges =
      (op.kind === 'shuffled' && op.partitioning.kind === 'range') || above.some(({ hasRanges }) => hasRanges);
    if (op.kind === 'shuffled') ctx.shuffled(this, op.shuffleId);
  }

  /** `names RDD[3] at map`: its name, if it has one, its number and the operation that made it. */
  toString(): string {
    return this.textAs('RDD');
  }

  /** The same, under the name that a surface has for it. */
  textAs(type: string): string {
    return `${this.name === undefined ? '' : `${this.name} `}${type}[${this.id}] at ${labelOf(this.op)}`;
  }

  /** A view of the same data whose operations get their coordinates from `scope`. What is set on it is set on the data set. */
  inScope(scope: RddScope | undefined): Rdd<T> {
    const view = Object.create(Rdd.prototype) as Rdd<T>;
    Object.assign(view, this, { scope });
    for (const key of SETTABLE) {
      Object.defineProperty(view, key, {
        get: () => this[key],
        set: (value: never) => {
          this[key] = value;
        },
      });
    }
    return view;
  }

  /** Keeps the partitions after their first computation. Throws where another level was set before (Spark does too). */
  persist(wanted: StorageLevelLike): this {
    const level = storageLevelOf(wanted);
    if (this.storageLevel !== StorageLevels.NONE && !this.storageLevel.equals(level)) {
      throw new DStreamsError(
        'STORAGE_LEVEL_FIXED',
        'Cannot change storage level of an RDD after it was already assigned a level. Call unpersist() first.',
      );
    }
    this.storageLevel = level;
    if (level !== StorageLevels.NONE) this.ctx.persisted(this);
    return this;
  }

  /**
   * A version of state has been made: an endless chain of versions must not be kept. One that is safe forgets how it came
   * about; that of a window forgets the version before, as it can be made again of the window's batches.
   */
  cutState(isSafe: boolean): void {
    const { op } = this;
    if (op.kind !== 'state' || op.isCut) return;
    if (op.step.update.kind === 'slidingWindow') {
      this.remake({ ...op, parents: op.inputs, prev: undefined });
    } else if (isSafe) {
      this.remake({ ...op, parents: [], prev: undefined, initial: undefined, inputs: [], isCut: true });
    }
  }

  /** The directory that it was written to. */
  get checkpointFile(): string | undefined {
    return this.checkpointing?.file ?? this.scope?.files.get(this.id);
  }

  /** The first action that needs the data set writes it to the checkpoint directory; from then on it is read from there. */
  checkpoint(): void {
    this.ctx.checkpointAsked?.();
    this.checkpointing ??= { file: undefined };
  }

  /** Keeps the partitions on the executors, as `persist` does. The lineage stays: what is lost there is made again. */
  localCheckpoint(): void {
    if (this.storageLevel === StorageLevels.NONE) this.persist(StorageLevels.MEMORY_AND_DISK);
    this.isLocallyCheckpointed = true;
  }

  /** The data set has been written: it need not be made of its parents any more. */
  cutTo(op: RddOp, file: string): void {
    this.remake(op);
    this.checkpointing = { file };
    this.scope?.files.set(this.id, file);
  }

  /** The same data set, made of others that hold what its parents do. */
  remake(op: RddOp): void {
    (this as { op: RddOp }).op = op;
  }

  unpersist(): this {
    if (this.storageLevel !== StorageLevels.NONE) this.ctx.unpersist([this.id]);
    this.storageLevel = StorageLevels.NONE;
    return this;
  }
}

printAsText(Rdd);

const SETTABLE = ['storageLevel', 'name', 'checkpointing', 'isLocallyCheckpointed'] as const;

/** What a cogroup of two or more sides gives per key. Joins give one record for each combination of values. */
export type CogroupEmit = 'cogroup' | 'join' | 'leftOuterJoin' | 'rightOuterJoin' | 'fullOuterJoin' | 'subtractByKey';

/** How a batch changes the state of a partition: plain data, so that it can travel as coordinates. */
export type StateUpdate =
  /** `fn(values, state | undefined)` for every key with state or news; null and undefined remove the key. */
  | { readonly kind: 'updateByKey'; readonly fn: FnSlot }
  /** `fn(iterable of [key, values, state | undefined], timeMs)` once a partition; gives an iterable of pairs, the state after. */
  | { readonly kind: 'updatePartition'; readonly fn: FnSlot }
  /** `fn(timeMs, key, value | undefined, state)` for each record and each key that times out; undefined emits nothing. */
  | {
      readonly kind: 'mapWithState';
      readonly fn: FnSlot;
      readonly timeoutMs: number | undefined;
      readonly scan: boolean;
    }
  /** Inputs: batches that leave the window, then those that enter it; each reduced by key already. */
  | {
      readonly kind: 'inverseWindow';
      readonly reduce: FnSlot;
      readonly inverse: FnSlot;
      readonly filter: FnSlot | undefined;
      readonly leaving: number;
    }
  /**
   * Inputs: batches of the window, oldest first, each reduced by key already. A pane is the longest time that divides
   * window and slide; pane 1 begins at the zero time.
   */
  | {
      readonly kind: 'slidingWindow';
      readonly reduce: FnSlot;
      /** Which slide: 1 for the first. It ends with pane `slide * slidePanes`. */
      readonly slide: number;
      readonly windowPanes: number;
      readonly slidePanes: number;
      /** The pane that each input belongs to. */
      readonly panes: readonly number[];
    }
  /**
   * Input: the frames of a checkpoint, the whole one first, see `core/state/pack.ts`; none: what was there before is taken.
   * `migrate(old, fromVersion)` makes states of an older form into those of this program.
   */
  | { readonly kind: 'restored'; readonly migrate: FnSlot | undefined; readonly fromVersion: number };

export interface StateStep {
  readonly update: StateUpdate;
  readonly dialect: PairDialect;
  readonly timeMs: number;
  readonly label: string;
}

export function parentsOf(op: RddOp): readonly Rdd[] {
  switch (op.kind) {
    case 'source':
      return [];
    case 'step':
    case 'stateOutput':
    case 'coalesce':
    case 'combined':
    case 'shuffled':
      return [op.parent];
    default:
      return op.parents;
  }
}

/** The name of the operation. */
export function labelOf(op: RddOp): string {
  return op.kind === 'step' ? op.step.label : (('label' in op ? op.label : undefined) ?? op.kind);
}

function latestTime(rdds: readonly Rdd[]): number | undefined {
  let latest: number | undefined;
  for (const { timeMs } of rdds) if (timeMs !== undefined && (latest === undefined || timeMs > latest)) latest = timeMs;
  return latest;
}

/** The scope in which an operation over these parents gets its coordinates. */
export function scopeOf(ctx: RddContext, parents: readonly Rdd[]): RddScope | undefined {
  for (const { scope } of parents) if (scope?.isOpen) return scope;
  return parents.some(({ timeMs }) => timeMs !== undefined) ? undefined : ctx.currentScope();
}

export function slotsFor(ctx: RddContext, parents: readonly Rdd[], operator: string, fns: AnyFunction[]): FnSlot[] {
  return scopeOf(ctx, parents)?.slots(operator, fns) ?? looseSlots(fns);
}
