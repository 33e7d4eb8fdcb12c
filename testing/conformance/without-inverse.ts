import type { Case } from './case.ts';
import type { Named } from './functions.ts';
import { named } from './functions.ts';
import type { Row, StepTable } from './pipeline.ts';
import type { Value } from './values.ts';

/**
 * Where a window is shorter than its slide, Spark's inverse windows also add batches that lie between two windows: the
 * recorded output is wrong. What is right is what the operation without inverse gives, together with the keys that only
 * the inverse keeps: those whose values have left stand there with what the inverse makes of the last value and itself.
 */
export const isSparkWrong = (one: object): boolean =>
  (one as Partial<Case>).quirk === 'window shorter than slide with an inverse function';

/** The same operations, with every inverse window made of others. */
export function withoutInverse<S>(steps: StepTable<S>): StepTable<S> {
  const windowed: Row<S> = (stream, args, context) => {
    if (typeof args[1] !== 'string') return steps.reduceByKeyAndWindow!(stream, args, context);
    const [f, inverse, windowMs, slideMs, p] = args;
    const sums = steps.reduceByKeyAndWindow!(stream, [f, windowMs, slideMs], context);
    return steps.updateStateByKey!(sums, [keeping(named('reducers', inverse), p)], context);
  };
  return {
    ...steps,
    reduceByKeyAndWindow: windowed,
    reduceByWindow(stream, args, context) {
      if (typeof args[1] !== 'string') return steps.reduceByWindow!(stream, args, context);
      return steps.map!(
        windowed(steps.mapToPair!(stream, ['constantKey'], context), args, context),
        ['value'],
        context,
      );
    },
    countByWindow(stream, spans, context) {
      const ones = steps.mapToPair!(steps.map!(stream, ['one'], context), ['constantKey'], context);
      return steps.map!(windowed(ones, ['sum', 'diff', ...spans], context), ['value'], context);
    },
    countByValueAndWindow: (stream, spans, context) =>
      windowed(steps.mapToPair!(stream, ['pairWithOne'], context), ['sum', 'diff', ...spans, 'valueNonZero'], context),
  };
}

/** An update function: the window's value, or what is left of the one before; what the filter drops is forgotten. */
function keeping(inverse: Named, p: unknown): Named {
  const filter = p === undefined ? undefined : named('predicates', p);
  return (values: readonly Value[], state?: Value) => {
    const value = values.length > 0 ? values[0] : inverse(state, state);
    // The key is not known here, and none of these filters looks at it.
    return filter === undefined || filter([null, value]) ? value : null;
  };
}
