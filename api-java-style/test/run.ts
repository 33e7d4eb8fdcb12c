import { createLogger, MemoryDisk, SparkConf, SparkCore, StreamEngine, ManualClock } from '../../core/internal.ts';
import { type JavaDStream, type JavaPairDStream, JavaStreamingContext, Tuple2 } from '../index.ts';

/** A context in virtual time, and what it prints. */
export function virtualContext(master = 'local', batchMs = 1000) {
  const clock = new ManualClock();
  const printed: string[] = [];
  const conf = new SparkConf(false).setMaster(master).setAppName('test');
  const core = new SparkCore(conf, {
    clock,
    checkpointDisk: new MemoryDisk(clock),
    logger: createLogger({ log() {} }, () => 'OFF'),
    write: (text) => void printed.push(text),
  });
  const engine = new StreamEngine(core, batchMs);
  const ssc = new JavaStreamingContext(engine);
  return {
    ssc,
    clock,
    printed,
    /** Starts, if need be, and runs `n` batches. */
    async run(n: number): Promise<void> {
      await engine.start();
      for (let i = 0; i < n; i++) {
        clock.setTime(clock.now() + batchMs);
        await engine.idle();
      }
    },
    stop: () => ssc.stop(),
  };
}

/** One batch per inner list, in `partitions` partitions. */
export function batches<T>(
  ssc: JavaStreamingContext,
  lists: readonly (readonly T[])[],
  partitions = 2,
): JavaDStream<T> {
  return ssc.queueStream(lists.map((list) => ssc.sparkContext().parallelize(list, partitions)));
}

/** One batch per text, in one partition: `a1 b2` are the pairs (a,1) and (b,2). */
export function pairBatches(ssc: JavaStreamingContext, texts: readonly string[]): JavaPairDStream<string, number> {
  const lists = texts.map((text) => text.split(' ').filter((word) => word !== ''));
  return batches(ssc, lists, 1).mapToPair((word) => new Tuple2(word[0]!, Number(word.slice(1))));
}

/** What each batch of a stream holds, as text. */
export function record(stream: { foreachRDD(f: (rdd: any) => unknown): void }): string[] {
  const seen: string[] = [];
  stream.foreachRDD(async (rdd) => {
    seen.push(String(await rdd.collect()));
  });
  return seen;
}
