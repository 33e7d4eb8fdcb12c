import type { Rdd } from '../rdd/index.ts';

export interface StateKeeperParts {
  /** The versions of state of a batch. */
  stateRdds(timeMs: number): Promise<Rdd[]>;
  /** Which partitions of a data set are not held anywhere. */
  missing(rdd: Rdd): Promise<number[]>;
  /** All state of a batch has been computed. */
  computed(timeMs: number): void;
  /** Whether a version survives the loss of any one executor. */
  isSafe(rdd: Rdd): Promise<boolean>;
}

/**
 * Brings state forward, batch by batch in order of time, before the output operations of each batch: an output that
 * reads only a few records must not leave partitions behind. A version that is safe forgets how it came about. Where a
 * batch fails, the next one computes it first, from input that is kept until then (decision 17).
 */
export class StateKeeper {
  private tail: Promise<unknown> = Promise.resolve();
  private readonly underWay = new Map<number, Promise<void>>();

  constructor(private readonly parts: StateKeeperParts) {}

  /** Resolves when the state of batch `timeMs` has been computed; rejects as its functions do. Once per batch. */
  advance(timeMs: number): Promise<void> {
    let turn = this.underWay.get(timeMs);
    if (turn === undefined) {
      turn = this.tail.then(() => this.compute(timeMs));
      this.tail = turn.catch(() => {});
      this.underWay.set(timeMs, turn);
    }
    return turn;
  }

  private async compute(timeMs: number): Promise<void> {
    const rdds = await this.parts.stateRdds(timeMs);
    for (const rdd of rdds) {
      const partitions = await this.parts.missing(rdd);
      if (partitions.length > 0) await rdd.ctx.runner.run(rdd, { kind: 'count' }, partitions);
      rdd.cutState(await this.parts.isSafe(rdd));
    }
    this.parts.computed(timeMs);
  }

  /** The batch has ended. */
  release(timeMs: number): void {
    this.underWay.delete(timeMs);
  }
}
