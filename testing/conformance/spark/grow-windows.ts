import { chance, pick } from './script.ts';
import { add, byKey, dealing, type Grow, type Growing, type Growth, ONE, placed, SHUFFLED } from './growing.ts';
import { listOf, NUMBER, pairOf, predicatesOf, reducersOf } from './shape.ts';

/** The windows of an operation: length and slide, of which the slide may be left out. */
export function spans(
  s: Growing,
  { random, multiple, mayBeQuirky, mayHaveGaps }: Growth,
  isInverse = false,
): [number, number] {
  const slide = multiple(s.slideMs, pick(random, [1, 1, 2, 3]));
  const window = multiple(s.slideMs, pick(random, [1, 2, 3, 5, 8]));
  return ((isInverse && !mayBeQuirky) || !mayHaveGaps) && window < slide ? [slide, slide] : [window, slide];
}

export const windowed = (s: Growing, [windowMs, slideMs]: readonly [number, number]): Partial<Growing> => ({
  slideMs,
  size: s.size * Math.ceil(windowMs / s.slideMs),
  isSingle: false,
});

/** The operations of windows. */
export const WINDOWS: Readonly<Record<string, Grow>> = {
  window(s, growth) {
    const [window, slide] = spans(s, growth);
    if (chance(growth.random, 0.2)) return add(s, ['window', window], windowed(s, [window, s.slideMs]));
    return add(s, ['window', window, slide], windowed(s, [window, slide]));
  },
  countByWindow(s, growth) {
    const span = spans(s, growth, true);
    return add(s, ['countByWindow', ...span], { shape: NUMBER, ...windowed(s, span), ...ONE });
  },
  countByValueAndWindow(s, growth) {
    const span = spans(s, growth, true);
    const n = chance(growth.random, 0.3) ? [1 + growth.random.int(5)] : [];
    return add(s, ['countByValueAndWindow', ...span, ...n], {
      shape: pairOf(s.shape, NUMBER),
      ...windowed(s, span),
      ...SHUFFLED,
      isDealt: placed(s.shape, n, growth),
    });
  },
  reduceByWindow(s, growth) {
    const reducers = reducersOf(s.shape);
    if (reducers.length === 0) return undefined;
    const { name, inverse } = pick(growth.random, reducers);
    const isInverse = inverse !== undefined && chance(growth.random, 0.6);
    const span = spans(s, growth, isInverse);
    return add(s, ['reduceByWindow', name, ...(isInverse ? [inverse] : []), ...span], { ...windowed(s, span), ...ONE });
  },
  groupByKeyAndWindow: byKey((s, { key, value }, growth) => {
    const span = spans(s, growth);
    const shape = pairOf(key, listOf(value));
    if (chance(growth.random, 0.3)) {
      const isDealt = placed(key, [], growth);
      const whole = windowed(s, [span[0], s.slideMs]);
      return add(s, ['groupByKeyAndWindow', span[0]], { ...whole, shape, ...SHUFFLED, isDealt });
    }
    const { by, dealt } = dealing(key, growth);
    return add(s, ['groupByKeyAndWindow', ...span, ...by], { ...windowed(s, span), shape, ...dealt });
  }),
  reduceByKeyAndWindow: byKey((s, { key, value }, growth) => {
    const { random } = growth;
    const reducers = reducersOf(value);
    if (reducers.length === 0) return undefined;
    const { name, inverse } = pick(random, reducers);
    if (inverse === undefined || chance(random, 0.3)) {
      const span = spans(s, growth);
      const isShort = chance(random, 0.3);
      const whole: readonly [number, number] = isShort ? [span[0], s.slideMs] : span;
      const { by, dealt } = isShort
        ? { by: [], dealt: { ...SHUFFLED, isDealt: placed(key, [], growth) } }
        : dealing(key, growth);
      return add(s, ['reduceByKeyAndWindow', name, ...(isShort ? [span[0]] : span), ...by], {
        ...windowed(s, whole),
        ...dealt,
      });
    }
    const span = spans(s, growth, true);
    // An inverse that takes nothing away: what is called, with what and in which order shows.
    if (chance(random, 0.1)) {
      const [f, other] = pick(random, [
        ['max', 'diff'],
        ['diff', 'max'],
        ['sum', 'min'],
      ] as const);
      if (value.kind === 'number' && s.isSingle) {
        return add(s, ['reduceByKeyAndWindow', f, other, ...span], { ...windowed(s, span), ...SHUFFLED });
      }
    }
    if (chance(random, 0.5)) {
      const isDealt = placed(key, [], growth);
      return add(s, ['reduceByKeyAndWindow', name, inverse, ...span], { ...windowed(s, span), ...SHUFFLED, isDealt });
    }
    const { by, dealt } = dealing(key, growth);
    const rest = [...span, pick(random, predicatesOf(s.shape)), ...by];
    return add(s, ['reduceByKeyAndWindow', name, inverse, ...rest], { ...windowed(s, span), ...dealt });
  }),
};
