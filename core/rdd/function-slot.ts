import { DStreamsError } from '../errors.ts';

/**
 * A user's function with the coordinate under which every executor holds the same function. A task names the
 * coordinate, never the function: closures cannot be sent to another thread or machine.
 */
export interface FnSlot {
  // biome-ignore lint/suspicious/noExplicitAny: the one place where functions of every shape meet; steps know theirs.
  readonly fn: (...args: any[]) => any;
  /** `n7.f` (stream node 7), `r3.f` (data set made before `start`), `n7@5000#2.f` (made by a transform), `b.add` (ours). */
  readonly coord: string | undefined;
  /** Equal for the same place in the program in every batch: kernels are compiled once for each. */
  readonly site: string;
  /** Where its coordinate comes from, if not from the graph: what an executor needs to make the function again. */
  readonly scope?: FnScope;
}

/**
 * What an action gave, one result a partition; or, with null, why it failed, as plain data; or neither where nobody waited for
 * it. `call`: which one, by when it was called.
 */
export type ActionResult = readonly [
  call: number,
  results: unknown[] | null,
  error?: object | null,
  /** The data sets of the scope that had been written to the checkpoint directory then, by number. */
  files?: readonly (readonly [id: number, file: string])[],
];

/** A call of a transform function: which one, for which batch, and what its data sets look like. */
export interface ScopeCall {
  readonly coord: string;
  readonly timeMs: number;
  /** What stands in for each of them elsewhere: see `StandIn`. */
  readonly standIns: readonly unknown[];
}

/** A stretch of the program that makes data sets: see RddScope. */
export interface FnScope {
  readonly prefix: string;
  readonly call?: ScopeCall;
  readonly results: readonly ActionResult[];
  readonly ids: readonly number[];
  readonly isOpen: boolean;
  shape(): string;
  sharedValues(): [coord: string, bytes: Uint8Array][];
}

/** @internal */
// biome-ignore lint/suspicious/noExplicitAny: see FnSlot.
export type AnyFunction = (...args: any[]) => any;

/** @internal */
type Unrecordable = PromiseLike<unknown> | ((...args: never[]) => unknown);

/** `true`, or `never` where one of the results is no record. Of `any` and of what is not known yet: `true`. */
type IsRecord<U> = [U] extends [Exclude<U, Unrecordable>] ? true : never;

/**
 * Joined with the type of a function whose results become records: `((x: T) => U) & MakesRecords<U>`. Refuses promises and
 * functions; what stands here in quotes is what the compiler shows. The refusal stands in the branch for `never`, as the
 * compiler has to see for a `U` that is a type parameter of the caller's that this branch is out of the question.
 */
export type MakesRecords<U> = [IsRecord<U>] extends [never]
  ? [Extract<U, PromiseLike<unknown>>] extends [never]
    ? 'a function is no record: call it, as in pair._1() or text.trim()'
    : 'this function must not be async: use mapAsync(f, { concurrency })'
  : unknown;

/** The same for functions whose results are dropped, where nobody can wait for them. */
export type NotAsync<U> = [[U] extends [Exclude<U, PromiseLike<unknown>>] ? true : never] extends [never]
  ? 'this function must not be async: foreachPartition(f) waits for promises'
  : unknown;

const BUILT_IN = new Map<string, FnSlot>();

/** Registers one of the engine's own functions, known by name on every executor. */
export function builtIn(name: string, fn: AnyFunction): FnSlot {
  const slot: FnSlot = { fn, coord: `b.${name}`, site: `b.${name}` };
  BUILT_IN.set(slot.coord!, slot);
  return slot;
}

export const findBuiltIn = (coord: string): FnSlot | undefined => BUILT_IN.get(coord);

const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as { new (): unknown };
const AsyncGeneratorFunction = Object.getPrototypeOf(async function* () {}).constructor as { new (): unknown };

/** Refuses what is not a function, and `async` functions where the engine calls synchronously. */
export function checkFunction(fn: unknown, operator: string): asserts fn is AnyFunction {
  if (typeof fn !== 'function') {
    const what = fn === null ? 'null' : typeof fn;
    throw new DStreamsError('OPTIONS_INVALID', `${operator} takes a function, got ${what}.`);
  }
  if (fn instanceof AsyncFunction || fn instanceof AsyncGeneratorFunction) throw asyncFunctionError(operator);
}

export function asyncFunctionError(operator: string): DStreamsError {
  return new DStreamsError(
    'ASYNC_FUNCTION',
    `${operator} was given an async function, whose promise would become the record. ` +
      'Use mapAsync(f, { concurrency }) for asynchronous work per record, or foreachRDD for output.',
  );
}
