import type { BroadcastCell } from './broadcast.ts';
import type { ActionResult, AnyFunction, FnSlot, ScopeCall } from './function-slot.ts';

/**
 * Where data sets get their coordinates: one scope for those made before `start()` (prefix `r`), one for each call of
 * a transform function (prefix `n7@5000#`). Executors run the same code in the same order, so the k-th operation of a
 * scope is the same operation everywhere. A closed scope gives none: what is made then stays in the driver.
 */
export class RddScope {
  private ordinal = 0;
  private shared = 0;
  private lines: string[] = [];
  private readonly functions = new Map<string, FnSlot>();
  isOpen = true;
  /** In the driver: what the actions that this code awaited gave, in the order in which it went on with them. They travel. */
  readonly results: ActionResult[] = [];
  /** On an executor: the driver's results. */
  replay: readonly ActionResult[] | undefined;
  /** On an executor: called when an action is awaited whose result the driver has not got yet. */
  onReplayEnd: (() => void) | undefined;
  private calls = 0;
  /** Of the data sets made in this scope. */
  readonly ids: number[] = [];
  /** On an executor: the driver's. */
  sentIds: readonly number[] = [];
  /** Where its data sets have been written to, by their number. */
  readonly files = new Map<number, string>();
  /** Made in this scope, by coordinate. */
  readonly broadcasts = new Map<string, BroadcastCell>();
  /** On an executor: the driver's values of these. */
  sent: ReadonlyMap<string, Uint8Array> = new Map();

  constructor(
    readonly prefix: string,
    /** The prefix without the batch time: names the same place in the program in every batch. */
    readonly site: string,
    /** For a transform call. */
    readonly call?: ScopeCall,
  ) {}

  /** Gives the functions of one operation their coordinates. */
  slots(operator: string, fns: readonly AnyFunction[]): FnSlot[] {
    if (!this.isOpen) return looseSlots(fns);
    const k = this.ordinal++;
    this.lines.push(`${operator}/${fns.length}`);
    return fns.map((fn, i) => {
      const slot: FnSlot = { fn, coord: `${this.prefix}${k}.${i}`, site: `${this.site}${k}.${i}`, scope: this };
      this.functions.set(slot.coord!, slot);
      return slot;
    });
  }

  /** The coordinate of a shared variable: the k-th of a scope is the same everywhere. */
  share(kind: 'broadcast' | 'accumulator'): string {
    this.lines.push(kind);
    return `${this.prefix}v${this.shared++}`;
  }

  /** What executors have to be given to run this stretch of the program. */
  sharedValues(): [coord: string, bytes: Uint8Array][] {
    const values: [string, Uint8Array][] = [];
    for (const [coord, broadcast] of this.broadcasts) {
      const bytes = broadcast.bytes();
      if (bytes !== undefined) values.push([coord, bytes]);
    }
    return values;
  }

  /** The number of a data set: on an executor the driver's, as the program may ask for it. */
  nextId(next: () => number): number {
    if (!this.isOpen) return next();
    const id = this.sentIds[this.ids.length] ?? next();
    this.ids.push(id);
    return id;
  }

  /** The number of an action, by when it was called. */
  nextCall(): number {
    return this.calls++;
  }

  /** `results`, and behind them the actions that were under way when the scope was closed: whoever runs this code waits for none. */
  allResults(): ActionResult[] {
    const done = new Set(this.results.map(([call]) => call));
    const open = Array.from({ length: this.calls }, (_, call) => call).filter((call) => !done.has(call));
    return [...this.results, ...open.map((call): ActionResult => [call, null])];
  }

  find(coord: string): FnSlot | undefined {
    return this.functions.get(coord);
  }

  /** The operations made so far: driver and executors compare it. */
  shape(): string {
    return this.lines.join(',');
  }

  close(): void {
    this.isOpen = false;
  }
}

/** Functions without coordinates run in the driver; their text stands for their place. */
export function looseSlots(fns: readonly AnyFunction[]): FnSlot[] {
  return fns.map((fn) => ({ fn, coord: undefined, site: `text:${Function.prototype.toString.call(fn)}` }));
}
