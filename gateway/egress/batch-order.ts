interface Turn {
  /** Resolves when the batches before are over. */
  readonly comes: Promise<void>;
  readonly end: () => void;
}

/** Batches that are under way take their turns by batch time, in whatever order their jobs come to an end. */
export class BatchOrder {
  private readonly turns = new Map<number, Turn>();
  private tail: Promise<void> = Promise.resolve();

  /** In order of batch time. */
  begin(timeMs: number): void {
    if (this.turns.has(timeMs)) return;
    const comes = this.tail;
    const over = new Promise<void>((end) => this.turns.set(timeMs, { comes, end }));
    this.tail = comes.then(() => over);
  }

  /** Resolves when all batches that have begun before this one are over. */
  async turn(timeMs: number): Promise<void> {
    await this.turns.get(timeMs)?.comes;
  }

  end(timeMs: number): void {
    this.turns.get(timeMs)?.end();
    this.turns.delete(timeMs);
  }
}
