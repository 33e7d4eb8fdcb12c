import { type Block, type Codec, decodeBlock, freezeDeep, textPieces } from '../../data/index.ts';
import { DStreamsError } from '../../errors.ts';
import { isPartitionOp, splitReader, type Step } from '../../rdd/index.ts';
import { Cogrouper } from '../../shuffle/cogroup.ts';
import { Joiner } from '../../shuffle/joiner.ts';
import type { MapOutputs } from '../../shuffle/map-outputs.ts';
import { UnorderedDeal } from '../../shuffle/unordered-deal.ts';
import { BucketWriter, writeTable } from '../../shuffle/writer.ts';
import { type OpenPart, writePart } from '../../sink/part-file.ts';
import { ACCESS, compileKernel, StepError, type Table } from '../../stage/compile.ts';
import { applyState, initialState, type Loop, StateVersion, type PackedState, packState } from '../../state/index.ts';
import type { Pipe, ShuffleWrite, StatePipe, Task } from '../../stage/physical.ts';
import type { FileSplit } from '../../format/index.ts';
import type { BlockStore, SourceBlock } from '../../storage/block-store.ts';
import type { FileSystem } from '../../storage/file-system.ts';
import { cacheId, LostInput } from './lost-input.ts';
import type { Pacer } from './pacer.ts';
import { packVersion, StateStore } from './state-store.ts';
import { runPartitionStep } from './partition-steps.ts';
import { feedTable, ShuffleInputs } from './shuffle-inputs.ts';
import {
  BucketTarget,
  CollectTarget,
  CountTarget,
  KernelTarget,
  ReduceTarget,
  Slices,
  TableTarget,
  TakeTarget,
  type Target,
  WriteTarget,
} from './targets.ts';

export interface ExecutorParts {
  readonly blocks: BlockStore;
  readonly outputs: MapOutputs;
  readonly codec: Codec;
  /** What data sets of files are read from. */
  readonly files: FileSystem;
  readonly pacer: Pacer;
  readonly monotonic: () => number;
  /** Look at every record that is shuffled or persisted, as a master with threads would, and freeze state: the test kit. */
  readonly checkRecords?: boolean;
  /** Called when a partition of a cached data set, or a version of state, has been stored. `copy`: a second copy is wanted. */
  readonly onCached: (rddId: number, partition: number, copy?: () => Uint8Array) => void;
}

const CHECKED_AT_ONCE = 8192;

/** For a shuffle: the buckets. For an action: its result. */
export type TaskResult = { readonly buckets: readonly unknown[][] } | { readonly value: unknown };

/** Runs tasks, one at a time, on whatever thread it lives: the one place where pipes become records. */
export class TaskExecutor {
  readonly states = new StateStore();
  private readonly shuffles: ShuffleInputs;

  constructor(private readonly parts: ExecutorParts) {
    this.shuffles = new ShuffleInputs(parts.outputs, parts.codec, () => this.slices());
  }

  async run(task: Task): Promise<TaskResult> {
    const { output } = task;
    if (output.kind === 'shuffle') {
      const { mode, partitioning, dialect, label } = output;
      if (mode.kind === 'group' || (mode.kind === 'combine' && mode.mapSide)) {
        const { steps, input } = peelSteps(task.pipe);
        const target = new TableTarget(steps, output, this.slices());
        await this.feed(input, target, task);
        return { buckets: await this.checked(bucketsOf(target.table, output), label) };
      }
      if (partitioning.kind === 'roundRobin' && !partitioning.hasOrder) {
        const deal = new UnorderedDeal(partitioning.n, task.partition, this.parts.codec);
        await this.feed(task.pipe, new BucketTarget(deal, this.slices(), label), task);
        const { pacer } = this.parts;
        // It has encoded them all: nothing is left to be checked.
        return { buckets: await deal.dealOut(() => (pacer.isDue() ? pacer.pause() : undefined)) };
      }
      const writer = new BucketWriter(partitioning, dialect, task.partition);
      await this.feed(task.pipe, new BucketTarget(writer, this.slices(), label), task);
      return { buckets: await this.checked(writer.buckets, label) };
    }
    return { value: await this.act(task, output.action) };
  }

  /** See `Backend.packState`. */
  async packState(
    rddId: number,
    partition: number,
    sinceRddId: number | undefined,
    version = this.states.get(rddId, partition),
  ): Promise<PackedState | undefined> {
    if (version === undefined) return undefined;
    const before = sinceRddId === undefined ? undefined : this.states.get(sinceRddId, partition);
    const since = before === undefined ? undefined : { rddId: sinceRddId!, version: before };
    const loop: Loop = (count, run, startWith) => this.slices(startWith).over(count, run);
    return packState(version, since, this.parts.codec, loop, `state of data set ${rddId}`);
  }

  private async act(task: Task, action: Extract<Task['output'], { kind: 'action' }>['action']): Promise<unknown> {
    switch (action.kind) {
      case 'collect':
        return this.collect(task.pipe, task);
      case 'count': {
        const target = new CountTarget();
        if (task.pipe.kind === 'source') {
          // Blocks know how many records they hold: nothing is decoded.
          for (const block of task.sources[task.pipe.slot]!) {
            target.count += block.kind === 'values' ? block.values.length : block.count;
          }
          return target.count;
        }
        if (task.pipe.kind === 'state' && task.pipe.view === 'pairs')
          return (await this.version(task.pipe, task)).count;
        await this.feed(task.pipe, target, task);
        return target.count;
      }
      case 'take': {
        const target = new TakeTarget(action.n);
        await this.feed(task.pipe, target, task);
        return target.records;
      }
      case 'reduce': {
        const target = new ReduceTarget(action, this.slices());
        await this.feed(task.pipe, target, task);
        return target.result;
      }
      case 'write': {
        const { fn, args, target, label } = action;
        const open = fn.fn as OpenPart;
        return this.named(label, () =>
          writePart(
            this.parts.files,
            target,
            task.partition,
            (sink, part) => open(args, sink, part),
            (writer) => this.feed(task.pipe, new WriteTarget(writer, this.parts.pacer), task),
          ),
        );
      }
      case 'partition': {
        const records = await this.collect(task.pipe, task);
        try {
          return await action.fn.fn(records, task.partition);
        } catch (error) {
          throw error instanceof StepError ? error : new StepError(action.label, error);
        }
      }
    }
  }

  private async checked(buckets: unknown[][], label: string): Promise<unknown[][]> {
    const { codec, pacer } = this.parts;
    // On every master, so that `local` refuses what threads would: primitives cost a typeof.
    for (const bucket of buckets) {
      for (let at = 0; at < bucket.length; at += CHECKED_AT_ONCE) {
        if (at > 0 && pacer.isDue()) await pacer.pause();
        codec.checkAll(bucket.length > CHECKED_AT_ONCE ? bucket.slice(at, at + CHECKED_AT_ONCE) : bucket, label);
      }
    }
    return buckets;
  }

  private slices(startWith?: number): Slices {
    return new Slices(this.parts.pacer, this.parts.monotonic, startWith);
  }

  private async collect(pipe: Pipe, task: Task): Promise<unknown[]> {
    const target = new CollectTarget();
    await this.feed(pipe, target, task);
    return target.records;
  }

  /** Computes a pipe and gives its records to the target. */
  private async feed(pipe: Pipe, target: Target, task: Task): Promise<void> {
    switch (pipe.kind) {
      case 'source':
        for (const block of task.sources[pipe.slot]!) {
          if (target.isFull?.()) return;
          await this.feedBlock(block, target);
        }
        return;
      case 'steps':
        return this.feedSteps(pipe, target, task);
      case 'concat':
        for (const input of pipe.inputs) await this.feed(input, target, task);
        return;
      case 'shuffle':
        return this.shuffles.feed(pipe.read, target);
      case 'cache':
        return this.feedCached(pipe, target, task);
      case 'combine': {
        const { steps, input } = peelSteps(pipe.input);
        const combining = new TableTarget(steps, pipe, this.slices());
        await this.feed(input, combining, task);
        return feedTable(combining.table, pipe.dialect, target, this.slices());
      }
      case 'cogroup': {
        const { emit, dialect, inputs } = pipe;
        const groups = emit === 'cogroup' ? new Cogrouper(inputs.length, dialect) : new Joiner(dialect, emit);
        for (const [side, input] of inputs.entries()) await this.feedSide(input, groups, side, task);
        await this.slices().over(groups.keyCount, (from, to) => {
          if (!target.isFull?.()) return target.accept(groups.records(from, to), true);
        });
        return;
      }
      case 'state':
        return this.feedState(pipe, target, task);
      case 'zip': {
        const inputs: unknown[][] = [];
        for (const input of pipe.inputs) inputs.push(await this.collect(input, task));
        let out: unknown[];
        try {
          out = pipe.step.fn.fn(...inputs) as unknown[];
        } catch (error) {
          throw new StepError(pipe.step.label, error);
        }
        await target.accept(out, true);
        return;
      }
    }
  }

  private async feedBlock(source: SourceBlock, target: Target): Promise<void> {
    const block: Block = source.kind === 'stored' ? await source.load() : source;
    if (block.kind === 'text') {
      for (const [from, to] of textPieces(block.bytes)) {
        if (target.isFull?.()) return;
        await target.accept(
          decodeBlock({ kind: 'text', bytes: block.bytes.subarray(from, to), count: 0 }, this.parts.codec),
          true,
        );
      }
      return;
    }
    const records = decodeBlock(block, this.parts.codec);
    if (records.length > 0) await target.accept(records, block.kind !== 'values');
  }

  private async feedSteps(pipe: Extract<Pipe, { kind: 'steps' }>, target: Target, task: Task): Promise<void> {
    const { steps } = pipe;
    const end = steps.findLastIndex(({ op }) => isPartitionOp(op));
    const fused = steps.slice(end + 1);
    const after: Target =
      fused.length === 0 ? target : new KernelTarget(compileKernel(fused, { kind: 'push' }), this.slices(), target);
    if (end < 0) return this.feed(pipe.input, after, task);
    const before: Pipe = end === 0 ? pipe.input : { ...pipe, steps: steps.slice(0, end) };
    const records = await this.collect(before, task);
    if (steps[end]!.op === 'readFiles') return this.feedFiles(steps[end]!, records as FileSplit[], after);
    const out = await runPartitionStep(steps[end]!, records, pipe.partition);
    if (out.length > 0) await after.accept(out, true);
  }

  /** Piece by piece: what stands behind has taken one before the next is read. */
  private async feedFiles(read: Step, splits: readonly FileSplit[], target: Target): Promise<void> {
    const { files, pacer } = this.parts;
    for (const split of splits) {
      const pieces = splitReader(read)(split, files)[Symbol.asyncIterator]();
      try {
        while (!target.isFull?.()) {
          const { value, done } = await this.named(read.label, () => pieces.next());
          if (done) break;
          if (value.length > 0) await target.accept(value, true);
          if (pacer.isDue()) await pacer.pause();
        }
      } finally {
        // Closes the file when the reader was left early.
        await pieces.return?.();
      }
    }
  }

  /** Says which operator failed, where it did; that an input is missing is nobody's failure. */
  private async named<T>(label: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      throw error instanceof StepError || error instanceof LostInput ? error : new StepError(label, error);
    }
  }

  /** A side that comes out of a shuffle is read as the columns that the shuffle keeps: no pair is made for it. */
  private async feedSide(pipe: Pipe, groups: Cogrouper | Joiner, side: number, task: Task): Promise<void> {
    const slices = this.slices();
    if (pipe.kind === 'shuffle' && pipe.read.mode.kind === 'pairs') {
      for (const columns of this.shuffles.buckets(pipe.read)) {
        await slices.over(columns.length >> 1, (from, to) => groups.acceptColumns(side, columns, from, to));
      }
      return;
    }
    const target: Target = {
      accept: (records) => slices.over(records.length, (from, to) => groups.accept(side, records, from, to)),
    };
    await this.feed(pipe, target, task);
  }

  private async feedState(pipe: StatePipe, target: Target, task: Task): Promise<void> {
    const version = await this.version(pipe, task);
    if (pipe.view === 'emitted') {
      if (version.emitted.length > 0) await target.accept(version.emitted, false);
      return;
    }
    const { make } = ACCESS[pipe.dialect];
    await this.slices().over(version.chunkCount, (from, to) => {
      if (target.isFull?.()) return;
      const out: unknown[] = [];
      version.forEachIn(from, to, (key, value) => out.push(make(key, value)));
      if (out.length > 0) return target.accept(out, true);
    });
  }

  /** The version that a pipe names: held here (perhaps as a copy that came with the task), or made of the one before. */
  private async version(pipe: StatePipe, task: Task): Promise<StateVersion> {
    const { codec, onCached } = this.parts;
    const { rddId, partition, make } = pipe;
    const known = this.states.get(rddId, partition);
    if (known !== undefined) return known;
    if (make === undefined) throw new LostInput({ kind: 'block', rddId, partition });
    const { step, prev, initial, isMarked } = make;
    const access = ACCESS[step.dialect];
    let before = StateVersion.empty();
    const loop: Loop = (count, run, startWith) => this.slices(startWith).over(count, run);
    if (prev !== undefined) before = await this.version(prev, task);
    else if (initial !== undefined) before = await initialState(await this.collect(initial, task), step, access, loop);
    if (prev !== undefined && step.update.kind === 'slidingWindow' && before.stacks === undefined) {
      // A copy of a window's version can be read; what it came from stayed elsewhere. Without it the batches are planned.
      this.states.drop(prev.rddId, partition);
      throw new LostInput({ kind: 'block', rddId: prev.rddId, partition, isElsewhere: true });
    }
    const inputs: unknown[][] = [];
    for (const input of make.inputs) inputs.push(await this.collect(input, task));
    let after: StateVersion;
    try {
      after = await applyState(before, inputs, step, access, loop);
      this.parts.codec.checkAll(after.samples, step.label);
    } catch (error) {
      throw error instanceof StepError ? error : new StepError(step.label, error);
    }
    // Versions share their values: the test kit finds a function that changes one in place.
    if (this.parts.checkRecords) after.forEach((_, value) => void freezeDeep(value));
    this.states.put(rddId, partition, after);
    onCached(rddId, partition, isMarked ? () => packVersion(after, codec) : undefined);
    return after;
  }

  private async feedCached(pipe: Extract<Pipe, { kind: 'cache' }>, target: Target, task: Task): Promise<void> {
    const { blocks, onCached } = this.parts;
    const { rddId, partition, level, input, label } = pipe;
    const id = cacheId(rddId, partition);
    const block = await blocks.get(id);
    if (block !== undefined) {
      await this.feedBlock(block, target);
      return;
    }
    if (input === undefined) throw new LostInput({ kind: 'block', rddId, partition });
    const values = await this.collect(input, task);
    try {
      if (this.parts.checkRecords) this.parts.codec.checkAll(values, label);
      await blocks.put(id, { kind: 'values', values }, level);
    } catch (error) {
      throw error instanceof DStreamsError ? new StepError(label, error) : error;
    }
    if (blocks.has(id)) onCached(rddId, partition);
    await target.accept(values, false);
  }
}

/** A partitioner is the program's own: what it throws is the operator's failure. */
function bucketsOf(table: Table, { partitioning, label }: ShuffleWrite): unknown[][] {
  try {
    return writeTable(table, partitioning);
  } catch (error) {
    throw new StepError(label, error);
  }
}

/** Fused steps directly under a combine run inside its kernel. */
function peelSteps(pipe: Pipe): { steps: readonly Step[]; input: Pipe } {
  if (pipe.kind !== 'steps') return { steps: [], input: pipe };
  const end = pipe.steps.findLastIndex(({ op }) => isPartitionOp(op));
  if (end < 0) return { steps: pipe.steps, input: pipe.input };
  return { steps: pipe.steps.slice(end + 1), input: { ...pipe, steps: pipe.steps.slice(0, end + 1) } };
}
