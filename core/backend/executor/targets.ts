import { copyOf, GroupTable, KeyTable } from '../../data/index.ts';
import type { Action, Step } from '../../rdd/index.ts';
import type { PartWriter } from '../../sink/part-file.ts';
import type { BucketWriter } from '../../shuffle/writer.ts';
import { compileKernel, type Kernel, StepError, type Table, type Terminal } from '../../stage/compile.ts';
import type { Pacer } from './pacer.ts';

/** Takes the records of a partition, array by array, in order. An owned array may be kept and changed. */
export interface Target {
  accept(records: readonly unknown[], owned: boolean): void | Promise<void>;
  /** True when it wants no more: `take` has enough. */
  isFull?(): boolean;
}

/** A slice begins small, as a user's function may be slow, and doubles while it is fast. */
const SLICE_START = 64;
const SLICE_MAX = 16384;
/** A slice is sized so that it takes about this long; the pacer is asked after each. */
const SLICE_MS = 2;

/** How many records to run before asking the pacer again: follows what the last slices took. */
export class Slices {
  constructor(
    readonly pacer: Pacer,
    private readonly monotonic: () => number,
    private size = SLICE_START,
  ) {}

  /** Calls `run(from, to)` over `n` records. Synchronous until the pacer wants a pause. */
  over(n: number, run: (from: number, to: number) => void | Promise<void>): void | Promise<void> {
    let from = 0;
    while (from < n) {
      const to = Math.min(n, from + this.size);
      const isMeasured = n > this.size;
      const startedMs = isMeasured ? this.monotonic() : 0;
      const waits = run(from, to);
      from = to;
      if (isMeasured) this.adapt(this.monotonic() - startedMs);
      if (waits !== undefined || this.pacer.isDue()) return this.resume(n, from, run, waits);
    }
  }

  private async resume(
    n: number,
    start: number,
    run: (from: number, to: number) => void | Promise<void>,
    waits: void | Promise<void>,
  ): Promise<void> {
    await waits;
    let from = start;
    while (true) {
      if (this.pacer.isDue()) await this.pacer.pause();
      if (from >= n) return;
      const to = Math.min(n, from + this.size);
      const startedMs = this.monotonic();
      const more = run(from, to);
      this.adapt(this.monotonic() - startedMs);
      await more;
      from = to;
    }
  }

  private adapt(tookMs: number): void {
    if (tookMs > 2 * SLICE_MS) this.size = Math.max(1, this.size >> 1);
    else if (tookMs < SLICE_MS / 2) this.size = Math.min(SLICE_MAX, this.size << 1);
  }
}

/** Runs a kernel that pushes, and hands on what comes out. */
export class KernelTarget implements Target {
  constructor(
    private readonly kernel: Kernel,
    private readonly slices: Slices,
    private readonly next: Target,
  ) {}

  accept(records: readonly unknown[]): void | Promise<void> {
    return this.slices.over(records.length, (from, to) => {
      if (this.next.isFull?.()) return;
      const out: unknown[] = [];
      this.kernel(records, from, to, out, NO_TABLE);
      if (out.length > 0) return this.next.accept(out, true);
    });
  }

  isFull(): boolean {
    return this.next.isFull?.() ?? false;
  }
}

const NO_TABLE = undefined as unknown as Table;
const NO_OUT: unknown[] = [];

/** Runs a kernel that combines by key. */
export class TableTarget implements Target {
  readonly table: Table;
  private readonly kernel: Kernel;

  constructor(
    steps: readonly Step[],
    combine: Omit<Extract<Terminal, { kind: 'combine' }>, 'kind'>,
    private readonly slices: Slices,
  ) {
    const { mode, dialect, label } = combine;
    this.kernel = compileKernel(steps, { kind: 'combine', mode, dialect, label });
    this.table = mode.kind === 'group' ? new GroupTable() : new KeyTable();
  }

  accept(records: readonly unknown[]): void | Promise<void> {
    return this.slices.over(records.length, (from, to) => this.kernel(records, from, to, NO_OUT, this.table));
  }
}

export class BucketTarget implements Target {
  constructor(
    private readonly writer: Pick<BucketWriter, 'accept'>,
    private readonly slices: Slices,
    private readonly label: string,
  ) {}

  accept(records: readonly unknown[]): void | Promise<void> {
    try {
      this.writer.accept(records);
    } catch (error) {
      throw new StepError(this.label, error);
    }
    if (this.slices.pacer.isDue()) return this.slices.pacer.pause();
  }
}

/** Everything in one array. Shares the array where only one came and it may. */
export class CollectTarget implements Target {
  records: unknown[] = [];
  accept(records: readonly unknown[], owned: boolean): void {
    if (this.records.length === 0) {
      this.records = owned ? (records as unknown[]) : records.slice();
      return;
    }
    const all = this.records;
    for (let i = 0; i < records.length; i++) all.push(records[i]);
  }
}

export class CountTarget implements Target {
  count = 0;
  accept(records: readonly unknown[]): void {
    this.count += records.length;
  }
}

export class TakeTarget implements Target {
  readonly records: unknown[] = [];
  constructor(private readonly n: number) {}
  accept(records: readonly unknown[]): void {
    for (let i = 0; i < records.length && this.records.length < this.n; i++) this.records.push(records[i]);
  }
  isFull(): boolean {
    return this.records.length >= this.n;
  }
}

/** A writer that compresses takes some 20 µs a record, and promises that are there already give nobody else a turn. */
const WRITE_RECORDS = 256;

/** Gives records to the writer of a file, which is waited for: what is not written yet is not computed yet. */
export class WriteTarget implements Target {
  constructor(
    private readonly writer: PartWriter,
    private readonly pacer: Pacer,
  ) {}

  async accept(records: readonly unknown[]): Promise<void> {
    for (let from = 0; from < records.length; from += WRITE_RECORDS) {
      await this.writer.write(records.slice(from, from + WRITE_RECORDS));
      if (this.pacer.isDue()) await this.pacer.pause();
    }
  }
}

export class ReduceTarget implements Target {
  private value: unknown;
  private hasValue = false;
  constructor(
    private readonly action: Extract<Action, { kind: 'reduce' }>,
    private readonly slices: Slices,
  ) {}

  accept(records: readonly unknown[]): void | Promise<void> {
    const { fn } = this.action.fn;
    return this.slices.over(records.length, (from, to) => {
      let i = from;
      if (!this.hasValue) {
        // The function may change what it goes on from: the record stays as it is.
        this.value = copyOf(records[i++]);
        this.hasValue = true;
      }
      let value = this.value;
      try {
        for (; i < to; i++) value = fn(value, records[i]);
      } catch (error) {
        throw new StepError(this.action.label, error);
      }
      this.value = value;
    });
  }

  get result(): [unknown] | undefined {
    return this.hasValue ? [this.value] : undefined;
  }
}
