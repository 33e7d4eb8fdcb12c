import { DStream, StreamingContext } from '../api-fluent/index.ts';
import { type BatchInfo, isDriver, SparkConf, SparkCore, STREAM, StreamEngine, textBlock } from '../core/internal.ts';
import { blockInput } from './block-input.ts';
import type { TextBlock } from './text-blocks.ts';
import { FineClock } from './clocks.ts';
import { ticks } from './ticks.ts';

const BATCH_MS = 10;

/** `empty`: no block in any batch; `one`: a block of one record in each; `rate`: a receiver with 1,000 records/s. */
export type LatencyInput = 'empty' | 'one' | 'rate';

export interface Latencies {
  readonly processingMs: number[];
  /** From submission to the start of processing, as Spark tells it. */
  readonly schedulingMs: number[];
  /** From the time of the batch to the start of processing: with what the timer was late. */
  readonly lateMs: number[];
  readonly records: number;
}

const PER_SECOND = 1000;

/** map → reduceByKey → foreachRDD on the machine's clock. A request for n batches resolves after the n-th. */
export async function latencyJob(
  master: string,
  input: LatencyInput,
): Promise<(batches: number) => Promise<Latencies>> {
  const core = new SparkCore(new SparkConf().setMaster(master).setAppName('bench'), { clock: new FineClock() });
  const engine = new StreamEngine(core, BATCH_MS);
  const ssc = new StreamingContext(engine as never);
  const words =
    input === 'rate'
      ? ssc.receiverStream<string>((out, signal) => ticks(PER_SECOND, signal, () => void out('word')))
      : DStream.fromDStream<string>({ [STREAM]: engine.addInput('blocks', blockInput(blocksOf(input))) });
  const counts = words.map((word): [string, number] => [word, 1]).reduceByKey((a, b) => a + b);
  let records = 0;
  counts.foreachRDD(async (rdd) => {
    for (const [, n] of await rdd.collect()) records += n;
  });
  await engine.start();
  return (batches) => {
    const result = { processingMs: [] as number[], schedulingMs: [] as number[], lateMs: [] as number[] };
    records = 0;
    return new Promise((resolve, reject) => {
      engine.onBatchFailed = ({ error }) => reject(error);
      const listener = {
        onBatchCompleted({ batchInfo }: { batchInfo: BatchInfo }) {
          result.processingMs.push(batchInfo.processingDelay()!);
          result.schedulingMs.push(batchInfo.schedulingDelay()!);
          result.lateMs.push(batchInfo.processingStartTime()! - batchInfo.batchTime().milliseconds());
          if (result.lateMs.length < batches) return;
          engine.removeListener(listener);
          resolve({ ...result, records });
        },
      };
      engine.addListener(listener);
    });
  };
}

const blocksOf = (input: LatencyInput): TextBlock[] =>
  input === 'one' && isDriver() ? [textBlock(Buffer.from('word\n')) as TextBlock] : [];
