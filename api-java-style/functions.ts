import { type AnyFunction, checkFunction, describeValue, DStreamsError, type Tuple2 } from '../core/internal.ts';

/**
 * Functions as Java has them: classes to extend, object literals with `call`, or plain lambdas. Each class carries its
 * name twice: as a type, so that overloads can tell them apart, and on its prototype, for run time (`kindOf`).
 */
const FN = Symbol.for('dstreams.fn');

export type FunctionKind =
  | 'Function'
  | 'Function0'
  | 'Function2'
  | 'Function3'
  | 'Function4'
  | 'VoidFunction'
  | 'VoidFunction2'
  | 'FlatMapFunction'
  | 'FlatMapFunction2'
  | 'PairFunction'
  | 'PairFlatMapFunction'
  | 'DoubleFunction'
  | 'DoubleFlatMapFunction';

function mark(type: { readonly prototype: object }, kind: FunctionKind): void {
  Object.defineProperty(type.prototype, FN, { value: kind });
}

/** Results of flatMap functions: Java 1.x returns an Iterable, 2.x an Iterator; arrays and strings' characters too. */
export type Results<R> = Iterable<R> | Iterator<R> | JavaIteratorLike<R>;

/** `java.util.Iterator`: `hasNext()`, and a `next()` that gives the value. */
export interface JavaIteratorLike<R> {
  hasNext(): boolean;
  next(): R;
}

export abstract class Function<T, R> {
  declare readonly __fn?: 'Function';
  abstract call(t: T): R;
}
export abstract class Function0<R> {
  declare readonly __fn?: 'Function0';
  abstract call(): R;
}
export abstract class Function2<T1, T2, R> {
  declare readonly __fn?: 'Function2';
  abstract call(t1: T1, t2: T2): R;
}
export abstract class Function3<T1, T2, T3, R> {
  declare readonly __fn?: 'Function3';
  abstract call(t1: T1, t2: T2, t3: T3): R;
}
export abstract class Function4<T1, T2, T3, T4, R> {
  declare readonly __fn?: 'Function4';
  abstract call(t1: T1, t2: T2, t3: T3, t4: T4): R;
}
export abstract class VoidFunction<T> {
  declare readonly __fn?: 'VoidFunction';
  /** A promise is waited for where the operation may wait: `foreachRDD`, `foreachPartition`. */
  abstract call(t: T): unknown;
}
export abstract class VoidFunction2<T1, T2> {
  declare readonly __fn?: 'VoidFunction2';
  abstract call(t1: T1, t2: T2): unknown;
}
export abstract class FlatMapFunction<T, R> {
  declare readonly __fn?: 'FlatMapFunction';
  abstract call(t: T): Results<R>;
}
export abstract class FlatMapFunction2<A, B, R> {
  declare readonly __fn?: 'FlatMapFunction2';
  abstract call(a: A, b: B): Results<R>;
}
/** Given to `map`, it makes a stream of pairs. No `Function`, so that overloads differ (api §6). */
export abstract class PairFunction<T, K, V> {
  declare readonly __fn: 'PairFunction';
  abstract call(t: T): Tuple2<K, V>;
}
/** Given to `flatMap` or `mapPartitions`, it makes a stream of pairs. */
export abstract class PairFlatMapFunction<T, K, V> {
  declare readonly __fn: 'PairFlatMapFunction';
  abstract call(t: T): Results<Tuple2<K, V>>;
}
export abstract class DoubleFunction<T> {
  declare readonly __fn?: 'DoubleFunction';
  abstract call(t: T): number;
}
export abstract class DoubleFlatMapFunction<T> {
  declare readonly __fn?: 'DoubleFlatMapFunction';
  abstract call(t: T): Results<number>;
}

mark(Function, 'Function');
mark(Function0, 'Function0');
mark(Function2, 'Function2');
mark(Function3, 'Function3');
mark(Function4, 'Function4');
mark(VoidFunction, 'VoidFunction');
mark(VoidFunction2, 'VoidFunction2');
mark(FlatMapFunction, 'FlatMapFunction');
mark(FlatMapFunction2, 'FlatMapFunction2');
mark(PairFunction, 'PairFunction');
mark(PairFlatMapFunction, 'PairFlatMapFunction');
mark(DoubleFunction, 'DoubleFunction');
mark(DoubleFlatMapFunction, 'DoubleFlatMapFunction');

// What the methods take. A brand that is optional lets object literals `{ call(a) {…} }` pass; one that is required
// does not, and so tells `map(PairFunction)` from `map(Function)` (decision 29).
export type Fn0<R> = { call(): R; readonly __fn?: 'Function0' } | (() => R);
export type Fn<A, R> = { call(a: A): R; readonly __fn?: 'Function' | 'DoubleFunction' } | ((a: A) => R);
export type Fn2<A, B, R> = { call(a: A, b: B): R; readonly __fn?: 'Function2' } | ((a: A, b: B) => R);
export type Fn3<A, B, C, R> = { call(a: A, b: B, c: C): R; readonly __fn?: 'Function3' } | ((a: A, b: B, c: C) => R);
export type Fn4<A, B, C, D, R> =
  | { call(a: A, b: B, c: C, d: D): R; readonly __fn?: 'Function4' }
  | ((a: A, b: B, c: C, d: D) => R);
export type VFn<A> = { call(a: A): unknown; readonly __fn?: 'VoidFunction' | 'Function' } | ((a: A) => unknown);
/** `foreachRDD`: functions of the data set, or of the data set and the batch time. */
export type VFn2<A, B> =
  | { call(a: A, b: B): unknown; readonly __fn?: 'VoidFunction' | 'VoidFunction2' | 'Function' | 'Function2' }
  | ((a: A, b: B) => unknown);
export type FlatFn<A, R> =
  | { call(a: A): Results<R>; readonly __fn?: 'FlatMapFunction' | 'DoubleFlatMapFunction' | 'Function' }
  | ((a: A) => Results<R>);
export type FlatFn2<A, B, R> =
  | { call(a: A, b: B): Results<R>; readonly __fn?: 'FlatMapFunction2' | 'Function2' }
  | ((a: A, b: B) => Results<R>);
export type PairFn<A, K, V> =
  | { call(a: A): Tuple2<K, V>; readonly __fn?: 'PairFunction' | 'Function' }
  | ((a: A) => Tuple2<K, V>);
export type PairFlatFn<A, K, V> =
  | { call(a: A): Results<Tuple2<K, V>>; readonly __fn?: 'PairFlatMapFunction' | 'FlatMapFunction' | 'Function' }
  | ((a: A) => Results<Tuple2<K, V>>);

/** What the compiler says of an async function where the engine cannot wait. */
export type Sync<R> =
  R extends PromiseLike<unknown>
    ? 'This function is async: its promise would become the record. Use mapAsync, or foreachRDD for output.'
    : unknown;

/** Which class of function an object is, whichever copy of the package made it; undefined for lambdas and literals. */
export function kindOf(f: unknown): FunctionKind | undefined {
  return typeof f === 'object' && f !== null ? (f as { readonly [FN]?: FunctionKind })[FN] : undefined;
}

/** Whether `f` is a pair function object: `map`, `flatMap` and `mapPartitions` of it give pairs. */
export function makesPairs(f: unknown): boolean {
  const kind = kindOf(f);
  return kind === 'PairFunction' || kind === 'PairFlatMapFunction';
}

/** Whether `f` can be called as a function is in Java. */
export function isFunctionLike(f: unknown): boolean {
  return (
    typeof f === 'function' ||
    (typeof f === 'object' && f !== null && typeof (f as { call?: unknown }).call === 'function')
  );
}

export interface LambdaOptions {
  /** Whether `operator` waits for promises. Default false: async functions are refused. */
  readonly mayWait?: boolean;
}

/**
 * The function behind a function object, literal or lambda. Done once, when the operator is made, so that records meet
 * a plain closure. Throws `OPTIONS_INVALID` for anything else and `ASYNC_FUNCTION` where `operator` cannot wait.
 */
export function toLambda(f: unknown, operator: string, { mayWait = false }: LambdaOptions = {}): AnyFunction {
  if (!isFunctionLike(f)) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `${operator} takes a function, or an object with a method call, and got ${describeValue(f)}.`,
    );
  }
  const lambda = typeof f === 'function' ? (f as AnyFunction) : bound(f as { call: AnyFunction });
  if (!mayWait) checkFunction(lambda, operator);
  return lambda;
}

/** A bound method stays visible to the optimizer, and keeps the nature (async or not) of the method. */
const bound = (f: { call: AnyFunction }): AnyFunction => f.call.bind(f);
