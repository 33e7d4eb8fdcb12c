import { DStreamsError, SystemRandom } from '../core/internal.ts';

const HALF = 2 ** 24;
// 0x5DEECE66D in halves of 24 bits, for products that a number keeps exactly.
const HIGH = 0x5de;
const LOW = 0xece66d;

/** `java.util.Random`: the same numbers as Java's for the same seed. */
export class Random {
  #high = 0;
  #low = 0;
  #nextGaussian: number | undefined;

  /** By a seed: a whole number. Without one, another sequence each time. */
  constructor(seed: number | bigint = Math.floor(new SystemRandom().next() * 2 ** 48)) {
    this.setSeed(seed);
  }

  /** Begins anew, as a generator of this seed does. Throws `OPTIONS_INVALID` for what is no whole number. */
  setSeed(seed: number | bigint): void {
    if (typeof seed !== 'bigint' && !Number.isInteger(seed)) {
      throw new DStreamsError('OPTIONS_INVALID', `Random: the seed has to be a whole number, and is ${seed}.`);
    }
    const bits = BigInt.asUintN(48, BigInt(seed) ^ 0x5deece66dn);
    this.#high = Number(bits >> 24n);
    this.#low = Number(bits & 0xffffffn);
    this.#nextGaussian = undefined;
  }

  /** A whole number of 32 bits; with a bound, of `[0, bound)`. Throws `OPTIONS_INVALID` for a bound below 1. */
  nextInt(bound?: number): number {
    if (bound === undefined) return this.#next(32) | 0;
    if (!(bound > 0))
      throw new DStreamsError('OPTIONS_INVALID', `Random.nextInt: bound must be positive, and is ${bound}.`);
    if ((bound & (bound - 1)) === 0) return Math.floor((bound * this.#next(31)) / 2 ** 31);
    for (;;) {
      const bits = this.#next(31);
      const value = bits % bound;
      // The last numbers, which do not fill the bound, are drawn again.
      if (bits - value + (bound - 1) < 2 ** 31) return value;
    }
  }

  /** A number of `[0, 1)`. */
  nextDouble(): number {
    return (this.#next(26) * 2 ** 27 + this.#next(27)) / 2 ** 53;
  }

  /** A number of `[0, 1)` with 24 bits. */
  nextFloat(): number {
    return this.#next(24) / HALF;
  }

  /** True or false. */
  nextBoolean(): boolean {
    return this.#next(1) !== 0;
  }

  /** A number of the normal distribution with mean 0 and deviation 1. */
  nextGaussian(): number {
    const kept = this.#nextGaussian;
    if (kept !== undefined) {
      this.#nextGaussian = undefined;
      return kept;
    }
    for (;;) {
      const a = 2 * this.nextDouble() - 1;
      const b = 2 * this.nextDouble() - 1;
      const square = a * a + b * b;
      if (square >= 1 || square === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(square)) / square);
      this.#nextGaussian = b * factor;
      return a * factor;
    }
  }

  /** The upper bits of the next state of 48. */
  #next(bits: number): number {
    const low = this.#low * LOW + 0xb;
    const high = this.#high * LOW + this.#low * HIGH + Math.floor(low / HALF);
    this.#low = low % HALF;
    this.#high = high % HALF;
    return Math.floor((this.#high * HALF + this.#low) / 2 ** (48 - bits));
  }
}
