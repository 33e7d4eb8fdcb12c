import { AsyncLocalStorage } from 'node:async_hooks';

/** How an accumulator adds up: `S` is what it has come to, `T` what is added. */
export interface AccumulatorRule<T, S> {
  /** Nothing added yet. A new object each time, where it is one. */
  readonly zero: () => S;
  /** May change `state` and return it. */
  readonly add: (state: S, term: T) => S;
  readonly merge: (state: S, other: S) => S;
  /** The state as something the codec keeps, and the way back, where it is not that itself. */
  readonly pack?: (state: S) => unknown;
  readonly unpack?: (data: unknown) => S;
}

/** What one task added. */
class TaskUpdates {
  readonly states = new Map<AccumulatorCell, unknown>();

  add(cell: AccumulatorCell, term: unknown): void {
    const { rule } = cell;
    const state = this.states.has(cell) ? this.states.get(cell) : rule.zero();
    this.states.set(cell, rule.add(state, term));
  }
}

const tasks = new AsyncLocalStorage<TaskUpdates>();
/** Nothing is followed through a task's promises before there is something to add to. */
let isUsed = false;

/**
 * A shared sum. What tasks add counts once for each task that ends well, wherever it ran; what the driver adds counts at
 * once. Executors hold the cell of the same coordinate, and its own sum is nothing there.
 */
// biome-ignore lint/suspicious/noExplicitAny: cells of all kinds lie in one table; surfaces know their types.
export class AccumulatorCell<T = any, S = any> {
  constructor(
    readonly rule: AccumulatorRule<T, S>,
    public state: S,
    /** undefined: made where only the driver is. */
    readonly coord: string | undefined,
    readonly name: string | undefined,
  ) {
    isUsed = true;
  }

  add(term: T): void {
    const task = tasks.getStore();
    if (task === undefined) this.state = this.rule.add(this.state, term);
    else task.add(this, term);
  }

  merge(state: S): void {
    this.state = this.rule.merge(this.state, state);
  }

  /** In a task: what it has added so far, `[state]`, or [] for nothing. Outside of one: undefined. */
  get inTask(): readonly S[] | undefined {
    const task = tasks.getStore();
    if (task === undefined) return undefined;
    return task.states.has(this) ? [task.states.get(this) as S] : [];
  }
}

export type Updates = ReadonlyMap<AccumulatorCell, unknown>;

const NONE: Updates = new Map();

/** Runs a task and keeps apart what it adds. Where it fails, that is forgotten. */
export async function collectUpdates<R>(run: () => Promise<R>): Promise<{ result: R; updates: Updates }> {
  if (!isUsed) return { result: await run(), updates: NONE };
  const task = new TaskUpdates();
  const result = await tasks.run(task, run);
  return { result, updates: task.states };
}

/** Updates as they travel: coordinate and state. Cells that only this executor knows are left out. */
export function packUpdates(updates: Updates): [coord: string, state: unknown][] {
  const packed: [string, unknown][] = [];
  for (const [{ coord, rule }, state] of updates) {
    if (coord !== undefined) packed.push([coord, rule.pack === undefined ? state : rule.pack(state)]);
  }
  return packed;
}
