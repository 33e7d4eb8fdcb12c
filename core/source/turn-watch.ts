import type { Clock } from '../time/index.ts';

/** Looked at every so many calls, a power of two: a look at the clock costs as much as storing a record. */
const LOOK_EVERY = 64;
/** However fast the calls are: with a clock that stands still the loop turns too. */
const CALLS_MAX = 4096;
const WARN_MS = 1000;

/**
 * Makes a loop that stores records let the event loop turn, and tells of one that does not wait for it (decision 32):
 * awaiting what is there already is no turn.
 */
export class TurnWatch {
  private calls = 0;
  private sinceMs = 0;
  private turn: Promise<void> | undefined;
  private hasWarned = false;

  constructor(
    private readonly clock: Clock,
    private readonly holdMs: number,
    private readonly onHeld: (heldMs: number) => void,
  ) {}

  /** To be called for each record. A promise when it is time: it resolves after the loop has turned. */
  step(): Promise<void> | undefined {
    this.calls++;
    return (this.calls & (LOOK_EVERY - 1)) === 0 ? this.look() : undefined;
  }

  private look(): Promise<void> | undefined {
    const nowMs = this.clock.monotonic();
    if (this.turn === undefined) {
      this.sinceMs = nowMs;
      this.turn = this.clock.yield().then(() => {
        this.turn = undefined;
        this.calls = 0;
      });
    }
    const heldMs = nowMs - this.sinceMs;
    if (heldMs >= WARN_MS && !this.hasWarned) {
      this.hasWarned = true;
      this.onHeld(heldMs);
    }
    return heldMs >= this.holdMs || this.calls >= CALLS_MAX ? this.turn : undefined;
  }
}
