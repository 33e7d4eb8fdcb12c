/** Named numbers that only grow. A name is counted from its first use; keep to a fixed set, since none is ever forgotten. */
export class Counters {
  readonly #values = new Map<string, number>();

  add(name: string, by = 1): void {
    this.#values.set(name, (this.#values.get(name) ?? 0) + by);
  }

  /** 0 for a name never used. */
  get(name: string): number {
    return this.#values.get(name) ?? 0;
  }

  /** A copy, in order of first use. */
  snapshot(): Record<string, number> {
    return Object.fromEntries(this.#values);
  }
}
