import { randomBytes } from 'node:crypto';
import { invariant } from '../assert.ts';

/** Where all chance comes from. */
export interface Random {
  /** A number in [0, 1), with 53 random bits. */
  next(): number;
  /** A whole number in [0, n), n ≥ 1. */
  int(n: number): number;
  /** 32 random bits, as a number from 0. */
  uint32(): number;
}

const TWO_POW_32 = 4294967296;
const TWO_POW_53 = 9007199254740992;

function unitOf(high: number, low: number): number {
  return ((high >>> 5) * 67108864 + (low >>> 6)) / TWO_POW_53;
}

function intOf(unit: number, n: number): number {
  invariant(n >= 1 && Number.isSafeInteger(n), 'Random.int takes a whole number from 1');
  return Math.floor(unit * n);
}

/** One step of splitmix32: spreads a seed, so that seeds 1 and 2 give streams that have nothing in common. */
function splitMix(state: number): number {
  let z = (state + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x21f0aaad);
  z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
  return (z ^ (z >>> 15)) >>> 0;
}

/** Equal seeds give equal sequences, on every machine. Generator: xoshiro128** (Blackman and Vigna). Not for secrets. */
export class SeededRandom implements Random {
  /** What it was made with: the same seed draws the same. */
  readonly seed: number;
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** Takes any finite number; its low and high 32 bits both count. */
  constructor(seed: number) {
    this.seed = seed;
    // Mixed before they meet: a plain xor would make 2 ** 32 the same seed as 1, and -1 the same as 0.
    let state = (splitMix(Math.floor(seed / TWO_POW_32) | 0) + (seed | 0)) | 0;
    const word = (): number => {
      const value = splitMix(state);
      state = (state + 0x9e3779b9) | 0;
      return value;
    };
    this.#a = word();
    this.#b = word();
    this.#c = word();
    this.#d = word() | 1; // All four zero would stay zero for ever.
  }

  uint32(): number {
    const scaled = Math.imul(this.#b, 5);
    const result = Math.imul((scaled << 7) | (scaled >>> 25), 9) >>> 0;
    const t = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= t;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result;
  }

  next(): number {
    return unitOf(this.uint32(), this.uint32());
  }

  int(n: number): number {
    return intOf(this.next(), n);
  }

  /** A generator of its own, so that one part's draws do not shift another's. */
  fork(): SeededRandom {
    return new SeededRandom(this.uint32());
  }
}

/** The machine's chance; what it draws cannot be repeated. Use it for seeds. */
export class SystemRandom implements Random {
  next(): number {
    return Math.random();
  }

  int(n: number): number {
    return intOf(Math.random(), n);
  }

  uint32(): number {
    return Math.floor(Math.random() * TWO_POW_32);
  }
}

/** A name that nobody can guess, of `bytes` random bytes, in hexadecimal digits: for what is a secret. */
export const secretText = (bytes: number): string => randomBytes(bytes).toString('hex');
