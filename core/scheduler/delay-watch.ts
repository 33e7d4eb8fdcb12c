import type { Logger } from '../metrics/index.ts';

const GROWING_MAX = 10;

/**
 * Warns once when the application cannot keep up: the total delay is above the batch duration and has grown for ten
 * batches. Says so once more when it has caught up.
 */
export class DelayWatch {
  private last = 0;
  private growing = 0;
  private isBehind = false;

  constructor(
    private readonly batchMs: number,
    private readonly logger: Logger,
  ) {}

  batchEnded(totalDelayMs: number): void {
    this.growing = totalDelayMs > this.last ? this.growing + 1 : 0;
    this.last = totalDelayMs;
    if (!this.isBehind && totalDelayMs > this.batchMs && this.growing >= GROWING_MAX) {
      this.isBehind = true;
      this.logger.warn(
        'JobScheduler',
        `Batches take longer than they come: the total delay is ${(totalDelayMs / 1000).toFixed(3)} s at a batch duration of ${this.batchMs / 1000} s, ` +
          `and has grown for ${GROWING_MAX} batches. Use more threads (local[N]), a longer batch duration, fewer partitions for small batches, ` +
          'or limit the input (spark.streaming.backpressure.enabled, spark.streaming.receiver.maxRate).',
      );
    } else if (this.isBehind && totalDelayMs <= this.batchMs) {
      this.isBehind = false;
      this.logger.info('JobScheduler', `Caught up: the total delay is ${(totalDelayMs / 1000).toFixed(3)} s again.`);
    }
  }
}
