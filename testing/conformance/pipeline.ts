import type { StreamingContext } from 'dstreams';
import type { JavaStreamingContext } from 'dstreams/java';
import type { Case, StreamSpec } from './case.ts';

/** What a row may use beside its stream and arguments. */
export interface RowContext<S> {
  readonly ssc: StreamingContext;
  readonly jssc: JavaStreamingContext;
  /** The stream that an argument names. */
  other(argument: unknown): S;
  others(argument: unknown): S[];
}

/** One call of the surface. `args` are the step's own, as the case has them. */
export type Row<S> = (stream: S, args: readonly unknown[], context: RowContext<S>) => S;

/** Operation by name: what is not here is reported as unsupported. A new operation is a new row. */
export type StepTable<S> = Readonly<Record<string, Row<S>>>;

/** The case needs an operation that is not there yet. */
export class Unsupported extends Error {
  constructor(readonly operator: string) {
    super(`unsupported: ${operator}`);
  }
}

/** Builds the case's recorded stream. A named stream is one object, however often it is used. */
export function buildStream<S>(
  { inputs, folder, streams = {}, stream }: Case,
  { ssc, jssc }: Pick<RowContext<S>, 'ssc' | 'jssc'>,
  table: StepTable<S>,
  input: (name: string) => S,
): S {
  const made = new Map<string, S>();
  const context: RowContext<S> = {
    ssc,
    jssc,
    other: (argument) => resolve(argument as StreamSpec),
    others: (argument) => (argument as readonly StreamSpec[]).map(resolve),
  };

  function byName(name: string): S {
    let found = made.get(name);
    if (found === undefined) {
      if (Object.hasOwn(streams, name)) found = resolve(streams[name]!);
      else if (Object.hasOwn({ ...inputs, ...folder?.watched }, name)) found = input(name);
      else throw new RangeError(`the case has no stream ${name}`);
      made.set(name, found);
    }
    return found;
  }

  function resolve(spec: StreamSpec): S {
    if (typeof spec === 'string') return byName(spec);
    let at = resolve(spec.from);
    for (const [operator, ...args] of spec.steps) {
      if (!Object.hasOwn(table, operator)) throw new Unsupported(operator);
      at = table[operator]!(at, args, context);
    }
    return at;
  }

  return resolve(stream);
}

/** Every operation of a case, so that an unsupported one is found before anything runs. */
export function operatorsOf({ streams = {}, stream }: Case): Set<string> {
  const found = new Set<string>();
  const visit = (argument: unknown): void => {
    if (Array.isArray(argument)) for (const one of argument) visit(one);
    if (typeof argument !== 'object' || argument === null || !('steps' in argument)) return;
    const { from, steps } = argument as Exclude<StreamSpec, string>;
    visit(from);
    for (const [operator, ...args] of steps) {
      found.add(operator);
      // The steps of a program over data sets are no steps of streams.
      if (operator !== 'rdd') visit(args);
    }
  };
  visit(stream);
  Object.values(streams).forEach(visit);
  return found;
}
