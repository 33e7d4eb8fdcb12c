import { createLogger, ManualClock, MemoryDisk, SparkConf, SparkCore, StreamEngine } from '../../core/internal.ts';
import { type DStream, StreamingContext } from '../index.ts';

/** A context in virtual time that keeps what it prints and logs. */
export function manualContext({ batchMs = 1000, master = 'local' } = {}) {
  const clock = new ManualClock();
  const out: string[] = [];
  const logged: string[] = [];
  const logger = createLogger({ log: (level, _source, message) => logged.push(`${level} ${message}`) }, () => 'INFO');
  const core = new SparkCore(new SparkConf(false).setMaster(master).setAppName('test'), {
    clock,
    checkpointDisk: new MemoryDisk(clock),
    logger,
    write: (text) => out.push(text),
  });
  const engine = new StreamEngine(core, batchMs);
  const ssc = new StreamingContext(engine as never);
  return {
    ssc,
    engine,
    clock,
    logged,
    stdout: () => out.join(''),
    /** What a stream gives, batch by batch. */
    record<T>(stream: DStream<T>): { time: number; values: T[] }[] {
      const batches: { time: number; values: T[] }[] = [];
      stream.foreachRDD(async (rdd, time) => {
        batches.push({ time: Number(time), values: await rdd.collect() });
      });
      return batches;
    },
    async run(n: number): Promise<void> {
      await ssc.start();
      for (let i = 0; i < n; i++) {
        clock.advance(batchMs);
        await engine.idle();
      }
    },
  };
}

/** Runs `build` over batches given as arrays, one after the other, and gives the values of each batch. */
export async function valuesOf<T, U>(
  batches: readonly (readonly T[])[],
  build: (stream: DStream<T>) => DStream<U>,
): Promise<U[][]> {
  const t = manualContext();
  const found = t.record(build(t.ssc.queueStream(batches.slice() as never) as unknown as DStream<T>));
  await t.run(batches.length);
  await t.ssc.stop();
  return found.map(({ values }) => values);
}
