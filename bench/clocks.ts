import { type Clock, ManualClock, SystemClock } from '../core/internal.ts';

/** Batches begin when the bench says so; how long something takes is real, so that the engine paces itself as ever. */
export class SteppedClock extends ManualClock {
  override monotonic(): number {
    return performance.now();
  }
}

/** The machine's clock with fractions of a millisecond: what `BatchInfo` then says has them too. */
export class FineClock extends SystemClock implements Clock {
  override now(): number {
    return performance.timeOrigin + performance.now();
  }
}
