/** Lets a long computation share its thread: asked after each slice of records, waited for when due. */
export interface Pacer {
  isDue(): boolean;
  pause(): Promise<void>;
}

/** The clock parts that pacing needs. */
export interface PacerClock {
  monotonic(): number;
  yield(): Promise<void>;
}

/** Yields the event loop when it has been held for `holdMs`: the cooperative in-process backend. */
export class CooperativePacer implements Pacer {
  private since: number;
  constructor(
    private readonly clock: PacerClock,
    private readonly holdMs: number,
  ) {
    this.since = clock.monotonic();
  }
  isDue(): boolean {
    return this.clock.monotonic() - this.since >= this.holdMs;
  }
  async pause(): Promise<void> {
    await this.clock.yield();
    this.since = this.clock.monotonic();
  }
  /** The event loop has turned since: called when a job begins. */
  reset(): void {
    this.since = this.clock.monotonic();
  }
}

/** A worker thread has nobody to share with. */
export const NO_PACER: Pacer = { isDue: () => false, pause: () => Promise.resolve() };
