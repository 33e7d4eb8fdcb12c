/** Another data set of a program: values of its own, or the batch, and steps from there. */
export interface OtherSpec {
  readonly of?: readonly unknown[];
  /** Absent: a data set without partitions. */
  readonly partitions?: number;
  readonly steps?: readonly DataSetStep[];
}

export type DataSetStep = readonly [operation: string, ...args: readonly unknown[]];

/** Operations of data sets by name. `D`: the data sets of a surface. */
export interface DataSetTable<D> {
  readonly steps: Readonly<Record<string, (s: D, args: readonly unknown[], of: (other: unknown) => D) => D>>;
  readonly actions: Readonly<Record<string, (s: D, args: readonly unknown[]) => PromiseLike<readonly unknown[]>>>;
}

interface Making<D> {
  of(values: readonly unknown[], partitions: number | undefined): D;
  result(values: readonly unknown[]): D;
}

/**
 * The step `rdd` of a case: operations of the batch's data set, inside a transform. The last one may be an action: what it
 * gives is then the batch.
 */
export async function runProgram<D>(
  batch: D,
  program: unknown,
  { steps, actions }: DataSetTable<D>,
  { of, result }: Making<D>,
): Promise<D> {
  const run = (from: D, all: readonly DataSetStep[]): D =>
    all.reduce((at, [operation, ...args]) => {
      if (!Object.hasOwn(steps, operation)) throw new RangeError(`there is no operation ${operation} of data sets`);
      return steps[operation]!(at, args, other);
    }, from);
  const other = (spec: unknown): D => {
    const { of: values, partitions, steps: more = [] } = spec as OtherSpec;
    return run(values === undefined ? batch : of(values, partitions), more);
  };
  const all = program as readonly DataSetStep[];
  const [operation, ...args] = all.at(-1)!;
  if (!Object.hasOwn(actions, operation)) return run(batch, all);
  return result([...(await actions[operation]!(run(batch, all.slice(0, -1)), args))].map(finite));
}

/** NaN and infinities have no form in the cases. */
const finite = (x: unknown): unknown => (typeof x === 'number' && !Number.isFinite(x) ? String(x) : x);
