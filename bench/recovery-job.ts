import { type ReceiverSupervisor, isDriver, type Receiver, StorageLevels } from '../core/internal.ts';
import { NodeDisk } from '../core/storage/disk-node.ts';
import { BATCH_MS, SteppedContext } from './stepped-context.ts';

export const KEYS = 1_000_000;
export const LINE_BYTES = 1024;
const BLOCK_BYTES = 8 * 1024 * 1024;
export const LOG_BYTES = 1024 * 1024 * 1024;
/** By default state is written every ten batches: more than nine are not to be run again. */
const BATCHES = 9;

/** Stores what it is told to. */
class Told implements Receiver<string> {
  readonly name = 'Told';
  readonly storageLevel = StorageLevels.MEMORY_AND_DISK_SER;
  private supervisor: ReceiverSupervisor | undefined;

  onStart(supervisor: ReceiverSupervisor): void {
    this.supervisor = supervisor;
  }

  onStop(): void {}

  store(lines: Uint8Array): Promise<unknown> {
    return this.supervisor!.storeBytes(lines);
  }
}

export interface Recovery {
  /** From the beginning of the process: what was there before the program began; `start()` resolved; the first batch ended. */
  readonly beganMs: number;
  readonly startedMs: number;
  readonly firstBatchMs: number;
  /** Of processors, of all threads, until then. */
  readonly cpuMs: number;
  /** Of all keys after it. */
  readonly sum: number;
  readonly keys: number;
}

/**
 * `make`: a checkpoint directory with the state of 1 M keys and 1 GiB of log, of batches that ended after the state was
 * written; ready to be killed when it answers. `recover`: goes on from it and runs the first batch.
 */
export async function recoveryJob(
  master: string,
  step: 'make' | 'recover',
  dir: string,
): Promise<() => Promise<Recovery | undefined>> {
  const beganMs = performance.now();
  const context = new SteppedContext(master, {
    dir,
    disk: new NodeDisk(),
    recovers: step === 'recover',
    nowMs: step === 'recover' ? (10 + BATCHES) * BATCH_MS + BATCH_MS / 2 : 0,
    conf: { 'spark.streaming.receiver.writeAheadLog.enable': 'true' },
  });
  const told = new Told();
  let keys = 0;
  let sum = 0;
  context
    .receive<string>(told)
    .map((line): [string, number] => [line.slice(0, 11), 1])
    .updateStateByKey<number>((values, state) => (state ?? 0) + values.length)
    .foreachRDD(async (rdd, time) => {
      keys = await rdd.count();
      if (Number(time) > (10 + BATCHES) * BATCH_MS) sum = await rdd.map(([, n]) => n).reduce((a, b) => a + b);
    });
  if (step === 'make' && isDriver()) {
    await context.start();
    return async () => {
      await make(context, told);
      return undefined;
    };
  }
  await context.start();
  const startedMs = performance.now();
  return async () => {
    await context.batch();
    const { user, system } = process.cpuUsage();
    return { beganMs, startedMs, firstBatchMs: performance.now(), cpuMs: (user + system) / 1000, sum, keys };
  };
}

async function make(context: SteppedContext, told: Told): Promise<void> {
  const short = Array.from({ length: KEYS }, (_, key) => `${nameOf(key)}\n`);
  await told.store(Buffer.from(short.join('')));
  // The tenth is the one whose state is written.
  for (let i = 0; i < 10; i++) await context.batch();
  await context.idle();
  const lines = BLOCK_BYTES / LINE_BYTES;
  let key = 0;
  const blocks = LOG_BYTES / BLOCK_BYTES;
  for (let batch = 0, block = 0; batch < BATCHES; batch++) {
    for (; block < ((batch + 1) * blocks) / BATCHES; block++) {
      const bytes = Buffer.alloc(BLOCK_BYTES, 'the rest of a line ');
      for (let i = 0; i < lines; i++) {
        bytes.write(nameOf(key), i * LINE_BYTES, 'latin1');
        bytes[(i + 1) * LINE_BYTES - 1] = 10;
        key = (key + 7919) % KEYS;
      }
      await told.store(bytes);
    }
    await context.batch();
  }
  await context.idle();
}

const nameOf = (key: number): string => `key-${String(key).padStart(7, '0')}`;
