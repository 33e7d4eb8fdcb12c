import { Milliseconds, StreamingContext } from '../api-fluent/index.ts';
import type { BatchInfo } from '../core/internal.ts';
import { wordCount } from './word-count.ts';

const BATCH_MS = 1000;

export interface SocketBatch {
  readonly records: number;
  readonly totalDelayMs: number;
  readonly processingMs: number;
}

/** Word count over a socket on the machine's clock. A request for n batches resolves with the next n. */
export async function socketJob(master: string, port: number): Promise<(n: number) => Promise<SocketBatch[]>> {
  const ssc = new StreamingContext(master, 'bench', Milliseconds(BATCH_MS));
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
          });
          if (batches.length < n) return;
          ssc.removeStreamingListener(listener);
          resolve(batches);
        },
      };
      ssc.addStreamingListener(listener);
    });
}
