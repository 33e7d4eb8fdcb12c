import type { Clock, Timer } from '../time/index.ts';
import type { BlockPart } from './block-generator.ts';
import { endOfLine } from './line-cutter.ts';
import type { RateLimiter } from './rate/limiter.ts';

/** Where what was let in goes. */
export interface IntakeTarget {
  record(record: unknown): void;
  lines(bytes: Uint8Array): void;
  /** Records that need no check, which take `bytes` in memory. */
  records(lists: readonly (readonly unknown[])[], bytes: number, sequence?: number): void;
  /** A whole block, stored apart: resolves when it is. */
  block(make: () => BlockPart): Promise<void>;
  /** Whether the queue takes more. */
  hasRoom(): boolean;
}

type Waiting = (
  | { readonly kind: 'record'; readonly what: unknown }
  | { readonly kind: 'lines'; readonly what: Uint8Array }
  | { readonly kind: 'block'; readonly what: () => BlockPart }
) & { readonly resolve: (stored?: Promise<void>) => void; readonly reject: (error: unknown) => void };

type State = 'open' | 'flushing' | 'closed';

const NEXT: Readonly<Record<State, readonly State[]>> = {
  open: ['flushing', 'closed'],
  flushing: ['closed'],
  closed: [],
};

/**
 * The door of a stream: what is stored goes in at once, or waits in line until the queue has room and the rate allows
 * it. Order is kept whatever waits.
 */
export class Intake {
  private state: State = 'open';
  private line: Waiting[] = [];
  /** Those before it have gone in. */
  private head = 0;
  private timer: Timer | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly limiter: RateLimiter,
    private readonly target: IntakeTarget,
    /** What those get who come, or still wait, when it has closed. */
    private readonly closedError: () => Error,
  ) {}

  /** How many wait. */
  get waitingCount(): number {
    return this.line.length - this.head;
  }

  record(record: unknown): Promise<void> | undefined {
    if (this.state === 'closed') throw this.closedError();
    if (
      this.state === 'flushing' ||
      (this.waitingCount === 0 && this.target.hasRoom() && this.limiter.available() >= 1)
    ) {
      this.limiter.take(1);
      this.target.record(record);
      return undefined;
    }
    return this.wait('record', record);
  }

  lines(bytes: Uint8Array): Promise<void> | undefined {
    if (this.state === 'closed') throw this.closedError();
    if (this.state === 'flushing' || (this.waitingCount === 0 && this.target.hasRoom() && !this.limiter.isLimited)) {
      this.target.lines(bytes);
      return undefined;
    }
    const promise = this.wait('lines', new Uint8Array(bytes));
    return this.waitingCount === 0 ? undefined : promise;
  }

  /** Into the current block at once: whoever stores them has asked for room before. */
  records(lists: readonly (readonly unknown[])[], bytes: number, sequence?: number): void {
    if (this.state === 'closed') throw this.closedError();
    this.target.records(lists, bytes, sequence);
  }

  async block(make: () => BlockPart): Promise<void> {
    if (this.state === 'closed') throw this.closedError();
    if (this.state === 'flushing' || (this.waitingCount === 0 && this.target.hasRoom())) return this.target.block(make);
    return this.wait('block', make);
  }

  /** Lets in who may: called when the queue or the rate has changed. */
  pump(): void {
    this.timer?.cancel();
    this.timer = undefined;
    while (this.waitingCount > 0) {
      const next = this.line[this.head]!;
      if (this.state === 'open' && !this.target.hasRoom()) return;
      const allowed =
        next.kind === 'block' || this.state !== 'open' ? Number.POSITIVE_INFINITY : this.limiter.available();
      if (!this.letIn(next, allowed)) {
        this.timer = this.clock.setTimer(this.limiter.nextMs(), () => this.pump());
        return;
      }
    }
  }

  /** Lets in all who wait, and whoever comes, at once: nobody is to wait in a stop. */
  flush(): void {
    if (this.state !== 'open') return;
    this.to('flushing');
    this.pump();
  }

  /** Idempotent. Who waits is refused. */
  close(): void {
    if (this.state === 'closed') return;
    this.to('closed');
    this.timer?.cancel();
    const { line, head } = this;
    this.line = [];
    this.head = 0;
    for (let i = head; i < line.length; i++) line[i]!.reject(this.closedError());
  }

  /** As much as is allowed; false when something of it has to wait. */
  private letIn(next: Waiting, allowed: number): boolean {
    if (allowed < 1) return false;
    if (next.kind === 'lines' && allowed !== Number.POSITIVE_INFINITY) {
      const rest = this.letInLines(next.what, allowed);
      if (rest.length > 0) {
        this.line[this.head] = { ...next, what: rest };
        return false;
      }
    } else if (next.kind === 'lines') {
      this.target.lines(next.what);
    } else if (next.kind === 'record') {
      this.limiter.take(1);
      this.target.record(next.what);
    }
    this.advance();
    next.resolve(next.kind === 'block' ? this.target.block(next.what) : undefined);
    return true;
  }

  /** Returns the lines that have to wait. */
  private letInLines(lines: Uint8Array, allowed: number): Uint8Array {
    const bytes = Buffer.from(lines.buffer, lines.byteOffset, lines.length);
    let count = 0;
    let end = 0;
    while (count < allowed && end < bytes.length) {
      end = endOfLine(bytes, end);
      count++;
    }
    this.limiter.take(count);
    this.target.lines(bytes.subarray(0, end));
    return bytes.subarray(end);
  }

  private wait(kind: Waiting['kind'], what: unknown): Promise<void> {
    const promise = new Promise<void>((resolve, reject) => {
      this.line.push({ kind, what, resolve, reject } as Waiting);
    });
    // Who does not await it has chosen not to know.
    promise.catch(() => {});
    if (this.timer === undefined) this.pump();
    return promise;
  }

  private advance(): void {
    this.head++;
    if (this.head < 1024 || this.head * 2 < this.line.length) return;
    this.line.splice(0, this.head);
    this.head = 0;
  }

  private to(state: State): void {
    if (!NEXT[this.state].includes(state)) throw new TypeError(`an intake cannot go from ${this.state} to ${state}`);
    this.state = state;
  }
}
