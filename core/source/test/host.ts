import { createCodec, createRegistry, decodeBlock, StorageLevels } from '../../data/index.ts';
import { DStreamsError } from '../../errors.ts';
import { createLogger, type MessageLevel } from '../../metrics/index.ts';
import { type ConfValue, resolveConf, SparkConf } from '../../options/index.ts';
import type { InputHost, InputRun } from '../../plan/index.ts';
import type { Rdd, RddContext } from '../../rdd/index.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../storage/file-system.ts';
import { BlockStore, type SpillDisk } from '../../storage/block-store.ts';
import { type Clock, ManualClock } from '../../time/index.ts';
import type { Receiver, ReceiverSupervisor } from '../receiver.ts';
import { receiverInput } from '../receiver-input.ts';

export interface TestHostOptions {
  readonly conf?: Readonly<Record<string, ConfValue>>;
  readonly batchMs?: number;
  readonly clock?: Clock;
  readonly disk?: SpillDisk;
}

/** A disk that is a map. */
export function mapDisk(): SpillDisk & { readonly files: Map<string, Uint8Array> } {
  const files = new Map<string, Uint8Array>();
  return {
    files,
    write: async (name, bytes) => void files.set(name, bytes.slice()),
    read: async (name) => files.get(name)!,
    remove: async (name) => void files.delete(name),
  };
}

/** What the engine gives an input, with everything that an input tells it written down. */
export function testHost({
  conf = {},
  batchMs = 1000,
  clock = new ManualClock(),
  disk = mapDisk(),
}: TestHostOptions = {}) {
  const log: { level: MessageLevel; message: string; error: unknown }[] = [];
  const events: string[] = [];
  const codec = createCodec(createRegistry());
  const settings = resolveConf(new SparkConf().setAll({ 'spark.master': 'local', ...conf }));
  const blocks = new BlockStore({ memoryBytesMax: settings.blockBytesMax, disk, codec });
  let rddId = 0;
  const rdds: RddContext = {
    runner: { run: () => Promise.reject(new Error('no jobs here')) },
    defaultParallelism: 1,
    currentScope: () => undefined,
    nextRddId: () => rddId++,
    nextShuffleId: () => 0,
    shuffled: () => {},
    unpersist: () => {},
  } as unknown as RddContext;
  const host: InputHost = {
    clock,
    conf: settings,
    codec,
    logger: createLogger({ log: (level, _, message, error) => log.push({ level, message, error }) }, () => 'ALL'),
    rdds,
    blocks,
    files: new LocalFileSystem({ disk: new MemoryDisk(clock), workingDirectory: '/home' }),
    log: () => undefined,
    batchMs,
    keepMs: batchMs,
    streamId: 0,
    uid: 'input-0',
    receiverStarted: (name) => events.push(`started ${name}`),
    receiverError: (name, message) => events.push(`error ${name}: ${message}`),
    receiverStopped: (name, message) => events.push(`stopped ${name}: ${message}`),
  };
  return { host, log, events, blocks };
}

/** A receiver that does nothing by itself: the test stores through its supervisor. */
export class HandReceiver implements Receiver {
  readonly name = 'HandReceiver';
  supervisor!: ReceiverSupervisor;
  starts = 0;
  stops = 0;
  onStartDo: (supervisor: ReceiverSupervisor) => void | Promise<void> = () => {};
  onStopDo: () => void | Promise<void> = () => {};
  constructor(readonly storageLevel = StorageLevels.MEMORY_AND_DISK_SER_2) {}
  onStart(supervisor: ReceiverSupervisor): void | Promise<void> {
    this.starts++;
    this.supervisor = supervisor;
    return this.onStartDo(supervisor);
  }
  onStop(): void | Promise<void> {
    this.stops++;
    return this.onStopDo();
  }
}

/** A started stream over a receiver, with its clock. */
export function started<R extends Receiver>(receiver: R, options: TestHostOptions = {}) {
  const clock = (options.clock as ManualClock | undefined) ?? new ManualClock();
  const parts = testHost({ ...options, clock });
  const run = receiverInput(receiver).create(parts.host);
  void run.start();
  return { ...parts, clock, run, receiver };
}

/** The records of each partition of a batch. */
export async function partitionsAt(run: InputRun, timeMs: number, host: InputHost): Promise<unknown[][]> {
  const rdd = (await run.rdd(timeMs)) as Rdd;
  if (rdd.op.kind !== 'source') throw new TypeError('a source data set');
  const partitions: unknown[][] = [];
  for (const sources of rdd.op.partitions) {
    const records: unknown[] = [];
    for (const source of sources) {
      const block = source.kind === 'stored' ? await source.load() : source;
      for (const record of decodeBlock(block, host.codec)) records.push(record);
    }
    partitions.push(records);
  }
  return partitions;
}

/** Lets the event loop turn until it holds; a test that waits for ever is ended by its time limit. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets everything that is due happen: promises, and one turn of the loop for each round. */
export async function settle(turns = 3): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}

/** The code of the error that a promise rejects with. */
export async function codeOf(promise: Promise<unknown> | void): Promise<string> {
  try {
    await promise;
    return 'nothing was thrown';
  } catch (error) {
    return error instanceof DStreamsError ? error.code : String(error);
  }
}
