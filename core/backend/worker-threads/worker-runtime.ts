import { type Block, type Codec, defaultCodec, packBlock, shareBytes, StorageLevels } from '../../data/index.ts';
import { DStreamsError } from '../../errors.ts';
import { type ActionResult, collectUpdates, type FnSlot, packUpdates } from '../../rdd/index.ts';
import { MapOutputs } from '../../shuffle/map-outputs.ts';
import { StepError } from '../../stage/compile.ts';
import type { Task } from '../../stage/physical.ts';
import { BlockStore, type SpillDisk } from '../../storage/block-store.ts';
import type { FileSystem } from '../../storage/file-system.ts';
import { NO_PACER } from '../executor/pacer.ts';
import { packVersion, unpackVersion } from '../executor/state-store.ts';
import { cacheId, LostInput } from '../executor/lost-input.ts';
import { TaskExecutor } from '../executor/task-executor.ts';
import { encodeResult } from './results.ts';
import type { Attachment, FromWorker, ToWorker, TransformCall, WorkerSetup } from './messages.ts';
import { errorToWire, taskFromWire, visitCaches } from './wire.ts';

/** The program as it stands on this executor after `main` came to `start()`. */
export interface LoadedProgram {
  readonly fingerprint: readonly string[];
  readonly shape: string;
  /** The function of a coordinate. Rejects with TRANSFORM_NOT_PURE or GRAPH_DIFFERS where this run has none. */
  resolve(coord: string): FnSlot;
  /** The driver has destroyed these broadcast variables. */
  destroy(broadcasts: readonly string[]): void;
  /** Repeats a transform call, so that its closures can be resolved. */
  repeat(call: TransformCall, results: readonly ActionResult[]): Promise<void>;
}

/** Where a runtime's messages come from and go to: `MessagePort` of Node is one. */
export interface RuntimePort {
  on(event: 'message', take: (message: ToWorker) => void): unknown;
  postMessage(message: FromWorker, transfer: readonly ArrayBuffer[]): void;
}

export interface RuntimeParts {
  readonly setup: WorkerSetup;
  readonly disk: SpillDisk;
  readonly files: FileSystem;
  readonly monotonic: () => number;
  load(message: Extract<ToWorker, { type: 'program' }>, codec: Codec): Promise<LoadedProgram>;
}

/** A worker thread's side: takes messages in order, runs one task at a time. */
export class WorkerRuntime {
  private readonly codec: Codec = defaultCodec;
  private readonly outputs = new MapOutputs();
  private readonly blocks: BlockStore;
  private readonly executor: TaskExecutor;
  private program: LoadedProgram | undefined;
  private tail: Promise<void> = Promise.resolve();
  private cached: [number, number, Uint8Array | undefined][] = [];
  private caching: { rddId: number; partition: number; copy: (() => Uint8Array) | undefined }[] = [];
  private dropped: string[] = [];

  constructor(
    private readonly port: RuntimePort,
    private readonly parts: RuntimeParts,
  ) {
    const { setup, disk, files, monotonic } = parts;
    this.blocks = new BlockStore({
      memoryBytesMax: setup.memoryBytesMax,
      disk,
      codec: this.codec,
      onDropped: (id) => this.dropped.push(id),
    });
    this.executor = new TaskExecutor({
      blocks: this.blocks,
      outputs: this.outputs,
      codec: this.codec,
      files,
      pacer: NO_PACER,
      monotonic,
      onCached: (rddId, partition, copy) => this.caching.push({ rddId, partition, copy }),
    });
    port.on('message', (message: ToWorker) => {
      this.tail = this.tail.then(() => this.take(message));
    });
  }

  private send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
    this.port.postMessage(message, transfer);
  }

  private async take(message: ToWorker): Promise<void> {
    switch (message.type) {
      case 'program':
        return this.loadProgram(message);
      case 'task':
        return this.runTask(message);
      case 'fetch':
        return this.fetch(message);
      case 'pack':
        return this.pack(message);
      case 'release':
        this.program?.destroy(message.broadcasts);
        for (const id of message.shuffleIds) this.outputs.release(id);
        for (const id of message.rddIds) {
          this.executor.states.release(id);
          await this.blocks.removePrefix(`rdd-${id}-`);
        }
        return;
      case 'reset':
        this.executor.states.clear();
        this.outputs.clear();
        await this.blocks.clear();
        this.program = undefined;
        return;
    }
  }

  private async loadProgram(message: Extract<ToWorker, { type: 'program' }>): Promise<void> {
    try {
      this.program = await this.parts.load(message, this.codec);
      this.send({ type: 'ready', fingerprint: this.program.fingerprint, shape: this.program.shape });
    } catch (error) {
      this.send({ type: 'unready', error: errorToWire(error) });
    }
  }

  private async runTask(message: Extract<ToWorker, { type: 'task' }>): Promise<void> {
    const { id } = message;
    this.cached = [];
    this.caching = [];
    try {
      const program = this.program;
      if (program === undefined) throw new DStreamsError('INVARIANT', 'a task came before its program');
      for (const call of message.transforms)
        await program.repeat(call, this.codec.decodeValue(call.results) as ActionResult[]);
      const task = taskFromWire(message.task, (coord) => program.resolve(coord));
      for (const a of message.attachments) {
        await this.accept(a);
      }
      const { result, updates: added } = await collectUpdates(() => this.executor.run(task));
      const updates = added.size === 0 ? undefined : this.codec.encodeValue(packUpdates(added), 'accumulator');
      await this.noteCached(task);
      const { cached } = this;
      const dropped = this.dropped.splice(0);
      if ('value' in result) {
        const value = encodeResult(result.value, this.codec);
        const buffers = [value].flat().map(({ buffer }) => buffer as ArrayBuffer);
        this.send({ type: 'done', id, value, buckets: undefined, cached, dropped, updates }, buffers);
        return;
      }
      if (task.output.kind !== 'shuffle') throw new TypeError('buckets come from a shuffle');
      const buckets = this.keepOwn(task.output.shuffleId, task.partition, result.buckets, task.output.label);
      this.send({ type: 'done', id, value: undefined, buckets, cached, dropped, updates });
    } catch (error) {
      const dropped = this.dropped.splice(0);
      if (error instanceof LostInput) {
        this.send({
          type: 'failed',
          id,
          kind: 'lost',
          label: '',
          lost: error.lost,
          error: errorToWire(error),
          dropped,
        });
      } else if (error instanceof StepError) {
        this.send({
          type: 'failed',
          id,
          kind: 'step',
          label: error.label,
          lost: undefined,
          error: errorToWire(error.cause),
          dropped,
        });
      } else
        this.send({
          type: 'failed',
          id,
          kind: 'error',
          label: '',
          lost: undefined,
          error: errorToWire(error),
          dropped,
        });
    }
  }

  /** Buckets of reduce partitions that will run here stay as they are; the others leave as bytes, in one shared block. */
  private keepOwn(
    shuffleId: number,
    map: number,
    all: readonly unknown[][],
    label: string,
  ): (Uint8Array | undefined)[] {
    const { index, workerCount } = this.parts.setup;
    const own: (readonly unknown[] | undefined)[] = [];
    const packed: Uint8Array[] = [];
    const reduces: number[] = [];
    let bytes = 0;
    for (let r = 0; r < all.length; r++) {
      if (r % workerCount === index) {
        this.codec.checkAll(all[r]!, label);
        own[r] = all[r]!;
      } else {
        const encoded = this.codec.encodeBlock(all[r]!, label);
        packed.push(encoded);
        reduces.push(r);
        bytes += encoded.byteLength;
      }
    }
    this.outputs.put(shuffleId, map, own);
    const shared = new Uint8Array(new SharedArrayBuffer(bytes));
    const leaving = new Array<Uint8Array | undefined>(all.length).fill(undefined);
    let offset = 0;
    packed.forEach((encoded, i) => {
      shared.set(encoded, offset);
      leaving[reduces[i]!] = shared.subarray(offset, offset + encoded.byteLength);
      offset += encoded.byteLength;
    });
    return leaving;
  }

  /** Second copies of `_2` levels are shared memory in the driver's hands: this thread is never their only owner. */
  private async noteCached(task: Task): Promise<void> {
    if (this.caching.length === 0) return;
    const levels = cacheLevels(task);
    for (const { rddId, partition, copy: pack } of this.caching) {
      let copy = pack === undefined ? undefined : shareBytes(pack());
      if ((levels.get(rddId) ?? 1) > 1) {
        const block = await this.blocks.get(cacheId(rddId, partition));
        if (block !== undefined) copy = shareBytes(bytesOf(block, this.codec));
      }
      this.cached.push([rddId, partition, copy]);
    }
  }

  private async accept({ kind, a, b, reduce, bytes }: Attachment): Promise<void> {
    if (kind === 'bucket') this.outputs.putBucket(a, b, reduce, bytes);
    else if (kind === 'state') this.executor.states.put(a, b, unpackVersion(bytes, this.codec));
    else {
      const block: Block = { kind: 'values', values: this.codec.decodeBlock(bytes) };
      await this.blocks.put(cacheId(a, b), block, StorageLevels.MEMORY_ONLY);
    }
  }

  private async held(kind: Attachment['kind'], a: number, b: number, reduce: number): Promise<Uint8Array | undefined> {
    if (kind === 'bucket') {
      const bucket = this.outputs.get(a, b, reduce);
      return bucket === undefined || bucket instanceof Uint8Array ? bucket : this.codec.encodeBlock(bucket);
    }
    if (kind === 'state') {
      const version = this.executor.states.get(a, b);
      return version === undefined ? undefined : packVersion(version, this.codec);
    }
    const block = await this.blocks.get(cacheId(a, b));
    return block === undefined ? undefined : bytesOf(block, this.codec);
  }

  private async pack({ id, rddId, partition, sinceRddId, copy }: Extract<ToWorker, { type: 'pack' }>): Promise<void> {
    try {
      const version = copy === undefined ? undefined : unpackVersion(copy, this.codec);
      this.send({ type: 'packed', id, state: await this.executor.packState(rddId, partition, sinceRddId, version) });
    } catch (error) {
      this.send({ type: 'packed', id, state: errorToWire(error) });
    }
  }

  private async fetch({ id, kind, a, b, reduce }: Extract<ToWorker, { type: 'fetch' }>): Promise<void> {
    let bytes: Uint8Array | undefined;
    try {
      bytes = await this.held(kind, a, b, reduce);
    } catch {
      // What cannot be read is as good as lost: the job is planned anew.
    }
    this.send({ type: 'fetched', id, bytes: bytes === undefined ? undefined : shareBytes(bytes) });
  }
}

function bytesOf(block: Block, codec: Codec): Uint8Array {
  const packed = block.kind === 'values' ? packBlock(block.values, codec) : block;
  if (packed.kind !== 'packed') throw new TypeError('cached blocks are values or packed');
  return packed.bytes;
}

/** How many copies each cached data set of a task wants. */
function cacheLevels(task: Task): Map<number, number> {
  const levels = new Map<number, number>();
  visitCaches(task.pipe, ({ rddId, level }) => levels.set(rddId, level.replication()));
  return levels;
}
