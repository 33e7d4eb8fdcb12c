/** A number that is known to lie between two, with a confidence. */
export class BoundedDouble {
  constructor(
    private readonly value: number,
    private readonly sure: number,
    private readonly from: number,
    private readonly to: number,
  ) {}

  static exactly(value: number): BoundedDouble {
    return new BoundedDouble(value, 1, value, value);
  }

  mean(): number {
    return this.value;
  }

  confidence(): number {
    return this.sure;
  }

  low(): number {
    return this.from;
  }

  high(): number {
    return this.to;
  }

  toString(): string {
    return `[${this.from.toFixed(3)}, ${this.to.toFixed(3)}]`;
  }
}

/** What the `…Approx` actions give. Here they wait for the exact result, however long that takes: it is final at once. */
export class PartialResult<R> {
  constructor(private readonly value: R) {}

  initialValue(): R {
    return this.value;
  }

  isInitialValueFinal(): boolean {
    return true;
  }

  getFinalValue(): R {
    return this.value;
  }

  onComplete(handler: (value: R) => void): this {
    handler(this.value);
    return this;
  }

  toString(): string {
    return `(final: ${this.value})`;
  }
}
