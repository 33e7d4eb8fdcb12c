import { HashPartitioner, receiverInput, type State, streamOps } from '../../internal.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { Hand } from './simulation/sources.ts';

export interface Held {
  readonly heapBytes: number;
  readonly timers: number;
  /** Of the checkpoint directory. */
  readonly files: number;
  readonly blocks: number;
}

/**
 * Batches of a second in virtual time, with a logged receiver, state, windows and checkpoints; `isIdle`: nothing comes in.
 * Returns what is held after a quarter of them, and at the end.
 */
export async function runSteadily(batches: number, isIdle: boolean): Promise<readonly [early: Held, late: Held]> {
  let now = 0;
  const disk = new MemoryDisk({ now: () => now });
  const conf = { 'spark.streaming.receiver.writeAheadLog.enable': 'true' };
  const t = new EngineHarness({ batchMs: 1000, checkpointDir: '/checkpoint', disk, conf });
  const hand = new Hand();
  const pairs = t.engine.addInput('receiverStream', receiverInput(hand));
  const by = { partitioner: new HashPartitioner(2), dialect: 'array' } as const;
  const add = (a: number, b: number) => a + b;
  const subtract = (a: number, b: number) => a - b;
  const isThere = ([, n]: [string, number]) => n !== 0;
  const span = { windowMs: 10_000, slideMs: 1000 };
  const last = (_: number, key: string, value: number | undefined, state: State<number>) => {
    if (!state.isTimingOut()) state.update(value ?? 0);
    return [key, value];
  };
  const totals = (values: number[], state?: number) => (values.reduce(add, state ?? 0) % 1_000_003) + 1;
  const streams = [
    streamOps.updateStateByKey(pairs, totals, by),
    streamOps.mapWithState(pairs, last, 30_000, by).mapped,
    streamOps.reduceByKeyAndInverseWindow(pairs, add, subtract, isThere, span, by.partitioner, 'array'),
    streamOps.reduceByKeyAndWindow(pairs, add, span, by.partitioner, 'array'),
    streamOps.window(pairs, 5000),
  ];
  for (const stream of streams) {
    streamOps.output(stream, 'foreachRDD', (rdd) => rdd.ctx.runner.run(rdd, { kind: 'count' }));
  }
  const held = async (): Promise<Held> => {
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      globalThis.gc!();
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const files = ['log', 'checkpoints', 'segments'].map((name) => disk.listNow(`/checkpoint/${name}`).length);
    return {
      heapBytes: heapUsed + arrayBuffers,
      timers: t.clock.timerCount,
      files: files.reduce(add, 0),
      blocks: t.core.blocks.size,
    };
  };
  await t.start();
  let early: Held | undefined;
  for (let n = 1; n <= batches; n++) {
    now = n * 1000;
    const records = [
      [`k${n % 100}`, n],
      [`k${(n * 7) % 100}`, 1],
    ];
    if (!isIdle) await hand.supervisor!.storeAll(records);
    await t.run(1);
    if (n === Math.floor(batches / 4)) early = await held();
  }
  const late = await held();
  await t.stop();
  return [early!, late];
}
