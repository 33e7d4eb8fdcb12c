import type { SeededRandom } from '../../../time/random.ts';

/**
 * Lets everything that can go on do so: nothing in a simulation waits for a real timer or a real disk, so all of it is
 * over when no promise has anything left to do. A turn of the event loop would wait for the same, and take a tenth longer.
 */
export const settle = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Whoever would wait for the machine waits here, until the seed lets it go on. */
export class Turns {
  private waiting: (() => void)[] = [];
  private isOpen = false;
  /** How many went on: two runs of a seed agree in it. */
  taken = 0;

  get waitingCount(): number {
    return this.waiting.length;
  }

  wait(): Promise<void> {
    if (this.isOpen) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** One of them, whichever. */
  release(random: SeededRandom): void {
    this.taken++;
    this.waiting.splice(random.int(this.waiting.length), 1)[0]!();
  }

  /** From now on nobody waits. */
  open(): void {
    this.isOpen = true;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}
