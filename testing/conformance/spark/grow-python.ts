import { chance, pick } from './script.ts';
import { spans, windowed } from './grow-windows.ts';
import { add, byKey, dealing, type Grow, ONE, SHUFFLED } from './growing.ts';
import { listOf, NUMBER, pairOf, reducersOf, type Shape } from './shape.ts';

const hasList = (shape: Shape): boolean =>
  shape.kind === 'list' ||
  shape.kind === 'any' ||
  (shape.kind === 'maybe' && hasList(shape.of)) ||
  (shape.kind === 'pair' && (hasList(shape.key) || hasList(shape.value)));

const BY_KEY = /ByKey|[jJ]oin|cogroup/;
const BY_VALUE = ['countByValue', 'countByValueAndWindow'];

/** Whether PySpark has the operation for these elements: lists are no keys in Python. */
export function takesPython(operation: string, shape: Shape): boolean {
  if (operation === 'mapWithState') return false;
  if (BY_VALUE.includes(operation)) return !hasList(shape);
  return shape.kind !== 'pair' || !BY_KEY.test(operation) || !hasList(shape.key);
}

/**
 * Windows as PySpark has them. Where its result depends on the length, since short windows are reduced anew and long ones are
 * not, a step behind it leaves out what differs: docs/differences.md has the rows.
 */
export const PYTHON: Readonly<Record<string, Grow>> = {
  countByWindow(s, growth) {
    const span = spans(s, growth, true);
    const counts = add(s, ['countByWindow', ...span], { shape: NUMBER, ...windowed(s, span), ...ONE });
    return add(counts, ['filter', 'isPositive']);
  },
  reduceByWindow(s, growth) {
    const reducers = reducersOf(s.shape);
    if (reducers.length === 0) return undefined;
    const span = spans(s, growth);
    const { name } = pick(growth.random, reducers);
    return add(s, ['reduceByWindow', name, ...span], { ...windowed(s, span), ...ONE });
  },
  groupByKeyAndWindow: byKey((s, { key, value }, growth) => {
    const span = spans(s, growth, true);
    const { by, dealt } = dealing(key, growth);
    const shape = pairOf(key, listOf(value));
    const groups = add(s, ['groupByKeyAndWindow', ...span, ...by], { ...windowed(s, span), shape, ...dealt });
    return add(groups, ['filter', 'valueNonEmptyList']);
  }),
  reduceByKeyAndWindow: byKey((s, { key, value }, growth) => {
    const { random } = growth;
    const { by, dealt } = dealing(key, growth);
    if (chance(random, 0.5)) {
      // Counts never get to 0 while there is something to count.
      const ones = add(s, ['mapValues', 'one'], { shape: pairOf(key, NUMBER) });
      const span = spans(s, growth, true);
      const step = ['reduceByKeyAndWindow', 'sum', 'diff', ...span, 'valueNonZero', ...by] as const;
      return add(ones, step, { ...windowed(s, span), ...dealt });
    }
    const reducers = reducersOf(value);
    if (reducers.length === 0) return undefined;
    const span = spans(s, growth);
    const { name } = pick(random, reducers);
    const whole = chance(random, 0.3) ? [span[0]] : [...span, ...by];
    const slideMs = whole.length === 1 ? s.slideMs : span[1];
    return add(s, ['reduceByKeyAndWindow', name, ...whole], { ...windowed(s, [span[0], slideMs]), ...SHUFFLED });
  }),
};
