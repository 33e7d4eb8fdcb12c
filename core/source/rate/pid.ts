export interface PidOptions {
  readonly batchMs: number;
  /** Weight of the difference between the last rate and the rate of processing. */
  readonly proportional: number;
  /** Weight of the backlog. */
  readonly integral: number;
  /** Weight of the change of the difference. */
  readonly derived: number;
  /** Records per second. */
  readonly minRate: number;
}

/** What one finished batch tells. */
export interface PidInput {
  /** When its processing ended, epoch ms. */
  readonly endMs: number;
  readonly numRecords: number;
  readonly processingMs: number;
  readonly schedulingMs: number;
}

/** How fast a receiver may be so that its batches keep up: a PID controller (semantics §14.2, Spark `PIDRateEstimator`). */
export class PidRateEstimator {
  private isFirst = true;
  private latestMs = -1;
  private latestRate = -1;
  private latestError = -1;

  constructor(private readonly options: PidOptions) {}

  /** The new rate in records per second; undefined where the batch says nothing new, and for the first one that does. */
  update({ endMs, numRecords, processingMs, schedulingMs }: PidInput): number | undefined {
    if (!(endMs > this.latestMs && numRecords > 0 && processingMs > 0)) return undefined;
    const { batchMs, proportional, integral, derived, minRate } = this.options;
    const seconds = (endMs - this.latestMs) / 1000;
    const processingRate = (numRecords / processingMs) * 1000;
    this.latestMs = endMs;
    if (this.isFirst) {
      this.isFirst = false;
      this.latestRate = processingRate;
      this.latestError = 0;
      return undefined;
    }
    const error = this.latestRate - processingRate;
    const history = (schedulingMs * processingRate) / batchMs;
    const change = (error - this.latestError) / seconds;
    this.latestRate = Math.max(minRate, this.latestRate - proportional * error - integral * history - derived * change);
    this.latestError = error;
    return this.latestRate;
  }
}
