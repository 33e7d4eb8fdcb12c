import { Milliseconds, SparkConf, StreamingContext } from '../api-fluent/index.ts';
import type { BatchInfo } from '../core/internal.ts';
import { wordCount } from './word-count.ts';

const BATCH_MS = 1000;

export interface SocketBatch {
  readonly records: number;
  readonly totalDelayMs: number;
  readonly processingMs: number;
  /** Processors' time since the process began, ms: of all threads, when the batch had ended. */
  readonly cpuMs: number;
}

/**
 * Word count over a socket on the machine's clock. A request for n batches resolves with the next n. `dir`: checkpoints
 * and a write-ahead log there.
 */
export async function socketJob(
  master: string,
  port: number,
  dir?: string | null,
): Promise<(n: number) => Promise<SocketBatch[]>> {
  const conf = new SparkConf().setMaster(master).setAppName('bench');
  if (dir) conf.set('spark.streaming.receiver.writeAheadLog.enable', true);
  const ssc = new StreamingContext(conf, Milliseconds(BATCH_MS));
  if (dir) ssc.checkpoint(dir);
  wordCount(ssc.socketTextStream('localhost', port), () => {});
  await ssc.start();
  let fail: (error: unknown) => void = () => {};
  ssc.awaitTermination().catch((error: unknown) => fail(error));
  return (n) =>
    new Promise((resolve, reject) => {
      const batches: SocketBatch[] = [];
      fail = reject;
      const listener = {
        onBatchCompleted({ batchInfo }: { batchInfo: BatchInfo }) {
          batches.push({
            records: batchInfo.numRecords(),
            totalDelayMs: batchInfo.totalDelay()!,
            processingMs: batchInfo.processingDelay()!,
            cpuMs: cpuMs(),
          });
          if (batches.length < n) return;
          ssc.removeStreamingListener(listener);
          resolve(batches);
        },
      };
      ssc.addStreamingListener(listener);
    });
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
