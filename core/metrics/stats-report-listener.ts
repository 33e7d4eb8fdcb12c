import type { BatchInfo } from './batch-info.ts';
import type { BatchCompletedEvent, StreamingListener } from './listener.ts';
import { log as processLog, type Logger } from './logger.ts';

const PERCENTILES = [0, 5, 10, 25, 50, 75, 90, 95, 100];

/** After each batch, logs how total delay and processing time of the last `numBatchInfos` batches are spread. */
export class StatsReportListener implements StreamingListener {
  readonly #batchesMax: number;
  readonly #log: Logger;
  readonly #batches: BatchInfo[] = [];

  /** Looks at the last `numBatchInfos` (10) batches. */
  constructor(numBatchInfos = 10, log: Logger = processLog) {
    this.#batchesMax = numBatchInfos;
    this.#log = log;
  }

  /** Writes the figures into the log, at level INFO. */
  onBatchCompleted(event: BatchCompletedEvent): void {
    this.#batches.push(event.batchInfo);
    if (this.#batches.length > this.#batchesMax) this.#batches.shift();
    this.#show('Total delay: ', (batch) => batch.totalDelay());
    this.#show('Processing time: ', (batch) => batch.processingDelay());
  }

  #show(heading: string, delayOf: (batch: BatchInfo) => number | undefined): void {
    const delaysMs = this.#batches.map(delayOf).filter((delayMs) => delayMs !== undefined);
    if (delaysMs.length === 0) return;
    delaysMs.sort((a, b) => a - b);
    const mean = delaysMs.reduce((sum, delayMs) => sum + delayMs, 0) / delaysMs.length;
    const variance = delaysMs.reduce((sum, delayMs) => sum + (delayMs - mean) ** 2, 0) / delaysMs.length;
    const f = (n: number): string => n.toFixed(6);
    const info = (message: string): void => this.#log.info('StatsReportListener', message);
    info(
      `${heading}(count: ${delaysMs.length}, mean: ${f(mean)}, stdev: ${f(Math.sqrt(variance))}, ` +
        `max: ${f(delaysMs.at(-1)!)}, min: ${f(delaysMs[0]!)})`,
    );
    info(`\t${PERCENTILES.map((p) => `${p}%`).join('\t')}`);
    info(`\t${PERCENTILES.map((p) => `${quantile(delaysMs, p / 100)} ms`).join('\t')}`);
  }
}

function quantile(sorted: readonly number[], p: number): number {
  return sorted[Math.min(Math.floor(p * sorted.length), sorted.length - 1)]!;
}
