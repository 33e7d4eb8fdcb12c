import { fixedText } from '../core/internal.ts';

/** A number that is known to lie between two, with a confidence. */
export class BoundedDouble {
  /** A number, how sure it is (0 to 1), and the bounds that it lies between. */
  constructor(
    private readonly value: number,
    private readonly sure: number,
    private readonly from: number,
    private readonly to: number,
  ) {}

  /** A number that is known: its own bounds, with a confidence of 1. */
  static exactly(value: number): BoundedDouble {
    return new BoundedDouble(value, 1, value, value);
  }

  /** The number. */
  mean(): number {
    return this.value;
  }

  /** How sure it is that the number lies between the bounds: 0 to 1. */
  confidence(): number {
    return this.sure;
  }

  /** The lower bound. */
  low(): number {
    return this.from;
  }

  /** The upper bound. */
  high(): number {
    return this.to;
  }

  toString(): string {
    return `[${fixedText(this.from, 3)}, ${fixedText(this.to, 3)}]`;
  }
}

/** What the `…Approx` actions give. Here they wait for the exact result, however long that takes: it is final at once. */
export class PartialResult<R> {
  /** @internal */
  constructor(private readonly value: R) {}

  /** What was known in time: here the result itself. */
  initialValue(): R {
    return this.value;
  }

  /** True: nothing better comes later. */
  isInitialValueFinal(): boolean {
    return true;
  }

  /** The result. */
  getFinalValue(): R {
    return this.value;
  }

  /** Calls `handler` with the result, at once. */
  onComplete(handler: (value: R) => void): this {
    handler(this.value);
    return this;
  }

  toString(): string {
    return `(final: ${this.value})`;
  }
}
