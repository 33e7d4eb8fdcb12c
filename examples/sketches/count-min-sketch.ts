import { registerClass } from 'dstreams';
import { hash32 } from './hash.ts';

/** How exact a sketch is. */
export interface Precision {
  /** An estimate is too high by at most this share of all that was counted... */
  readonly eps: number;
  /** ...but for this share of estimates. */
  readonly delta: number;
  readonly seed: number;
  /** What makes this share of all that was counted is a heavy hitter. */
  readonly heavyHittersShare: number;
}

/**
 * How often each number came, at most (Cormode and Muthukrishnan 2005): a table whose size does not depend on how many
 * different numbers there are. It never says too few. It remembers those numbers that came often: the heavy hitters.
 */
export class CountMinSketch {
  constructor(
    private readonly precision: Precision,
    private readonly width: number,
    /** Row after row. */
    private readonly cells: Float64Array,
    private readonly total: number,
    private readonly hitters: readonly number[],
  ) {}

  /** Has counted nothing. */
  static zero(precision: Precision): CountMinSketch {
    const width = Math.ceil(Math.E / precision.eps);
    const depth = Math.ceil(Math.log(1 / precision.delta));
    return new CountMinSketch(precision, width, new Float64Array(width * depth), 0, []);
  }

  /** Has counted one number once. */
  static of(precision: Precision, id: number): CountMinSketch {
    const { width, cells } = CountMinSketch.zero(precision);
    const one = new CountMinSketch(precision, width, cells, 1, [id]);
    for (const cell of one.cellsOf(id)) cells[cell] = 1;
    return one;
  }

  /** What both have counted. */
  plus(other: CountMinSketch): CountMinSketch {
    const cells = this.cells.map((count, i) => count + other.cells[i]!);
    const both = new CountMinSketch(this.precision, this.width, cells, this.total + other.total, []);
    const least = this.precision.heavyHittersShare * both.total;
    const hitters = [...new Set([...this.hitters, ...other.hitters])].filter((id) => both.frequency(id) >= least);
    return new CountMinSketch(this.precision, this.width, cells, both.total, hitters);
  }

  /** How often the number came, at most. */
  frequency(id: number): number {
    return Math.min(...this.cellsOf(id).map((cell) => this.cells[cell]!));
  }

  heavyHitters(): readonly number[] {
    return this.hitters;
  }

  private cellsOf(id: number): number[] {
    const depth = this.cells.length / this.width;
    return Array.from(
      { length: depth },
      (_, row) => row * this.width + (hash32(id, this.precision.seed + row) % this.width),
    );
  }
}

// Sketches go from thread to thread, and into blocks.
registerClass(CountMinSketch);
