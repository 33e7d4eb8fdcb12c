import type { SeededRandom } from '../../../core/internal.ts';
import type { StreamSpec, Step } from '../case.ts';
import { chance, initialOf, pick } from './script.ts';
import {
  ANY,
  batchFunctionsOf,
  combinersOf,
  flatMapsOf,
  isSummable,
  listOf,
  mapsOf,
  maybe,
  NUMBER,
  pairMakersOf,
  pairOf,
  partitionFunctionsOf,
  predicatesOf,
  reducersOf,
  sameShape,
  type Shape,
} from './shape.ts';

/** A stream of a case in the making. */
export interface Growing {
  readonly from: StreamSpec;
  readonly steps: readonly Step[];
  readonly shape: Shape;
  readonly slideMs: number;
  /** About how many elements a batch has at most. */
  readonly size: number;
  /** Whether its partitions are those of the inputs, and its elements in a known order. */
  readonly isLaidOut: boolean;
  readonly isOrdered: boolean;
  /** Of one partition, whose elements are in order. */
  readonly isSingle: boolean;
}

/** What a step is made with. */
export interface Growth {
  readonly random: SeededRandom;
  /** Another stream, which may be one that is already there. Its slide is what is asked for. */
  other(slideMs: number): Growing;
  /** As other steps name it. */
  spec(stream: Growing): StreamSpec;
  /** A multiple of the slide; now and then not. */
  multiple(slideMs: number, most: number): number;
  /** Inverse windows that are shorter than their slide come only with `quirk`. */
  readonly mayBeQuirky: boolean;
}

type Grow = (s: Growing, growth: Growth) => Growing | undefined;
const SIZE_MAX = 300;

const add = (s: Growing, step: Step, changes: Partial<Growing> = {}): Growing => ({
  ...s,
  ...changes,
  steps: [...s.steps, step],
});
/** After a shuffle nothing is known of partitions and order. */
const SHUFFLED = { isLaidOut: false, isOrdered: false, isSingle: false };
/** One element a batch. */
const ONE = { size: 1, isLaidOut: false, isOrdered: true, isSingle: false };

const byKey =
  (grow: (s: Growing, pair: { key: Shape; value: Shape }, growth: Growth) => Growing | undefined): Grow =>
  (s, growth) =>
    s.shape.kind === 'pair' ? grow(s, s.shape, growth) : undefined;

/** The other stream with the keys of this one, by a function that makes pairs where need be. */
function keyed(key: Shape, { random, other }: Growth, slideMs: number): { stream: Growing; value: Shape } | undefined {
  const stream = other(slideMs);
  if (stream.shape.kind === 'pair' && sameShape(stream.shape.key, key)) return { stream, value: stream.shape.value };
  const makers = pairMakersOf(stream.shape).filter(
    ([, { kind, ...made }]) => kind === 'pair' && 'key' in made && sameShape(made.key, key),
  );
  if (makers.length === 0) return undefined;
  const [name, shape] = pick(random, makers);
  if (shape.kind !== 'pair') return undefined;
  return { stream: add(stream, ['mapToPair', name], { shape }), value: shape.value };
}

const joining = (name: string, valueOf: (left: Shape, right: Shape) => Shape): Grow =>
  byKey((s, { key, value }, growth) => {
    const found = keyed(key, growth, s.slideMs);
    if (found === undefined) return undefined;
    const size = s.size * Math.max(1, found.stream.size / 2) + found.stream.size;
    return add(s, [name, growth.spec(found.stream)], {
      shape: pairOf(key, valueOf(value, found.value)),
      size,
      ...SHUFFLED,
    });
  });

function like(shape: Shape, { other }: Growth, slideMs: number): Growing | undefined {
  const stream = other(slideMs);
  return sameShape(stream.shape, shape) ? stream : undefined;
}

/** The windows of an operation: length and slide, of which the slide may be left out. */
function spans(s: Growing, { random, multiple, mayBeQuirky }: Growth, isInverse = false): [number, number] {
  const slide = multiple(s.slideMs, pick(random, [1, 1, 2, 3]));
  const window = multiple(s.slideMs, pick(random, [1, 2, 3, 5]));
  return isInverse && !mayBeQuirky && window < slide ? [slide, slide] : [window, slide];
}

const windowed = (s: Growing, [windowMs, slideMs]: readonly [number, number]): Partial<Growing> => ({
  slideMs,
  size: s.size * Math.ceil(windowMs / s.slideMs),
  isSingle: false,
});

const GROWS: Readonly<Record<string, Grow>> = {
  map(s, { random }) {
    const [f, shape] = pick(random, mapsOf(s.shape));
    return add(s, ['map', f], { shape });
  },
  mapToPair(s, { random }) {
    const makers = mapsOf(s.shape).filter(([, { kind }]) => kind === 'pair');
    const [f, shape] = pick(random, makers);
    return add(s, ['mapToPair', f], { shape });
  },
  mapValues: byKey((s, { key, value }, { random }) => {
    const [f, result] = pick(random, mapsOf(value));
    return add(s, ['mapValues', f], { shape: pairOf(key, result) });
  }),
  filter: (s, { random }) => add(s, ['filter', pick(random, predicatesOf(s.shape))]),
  flatMap(s, { random }) {
    const [f, shape, growth] = pick(random, flatMapsOf(s.shape));
    return add(s, ['flatMap', f], { shape, size: s.size * growth });
  },
  flatMapToPair(s, { random }) {
    const makers = flatMapsOf(s.shape).filter(([, { kind }]) => kind === 'pair');
    if (makers.length === 0) return undefined;
    const [f, shape, growth] = pick(random, makers);
    return add(s, ['flatMapToPair', f], { shape, size: s.size * growth });
  },
  flatMapValues: byKey((s, { key, value }, { random }) => {
    const [f, result, growth] = pick(random, flatMapsOf(value));
    return add(s, ['flatMapValues', f], { shape: pairOf(key, result), size: s.size * growth });
  }),
  glom: (s) => (s.isLaidOut ? add(s, ['glom'], { shape: listOf(s.shape) }) : undefined),
  mapPartitions(s, { random }) {
    if (!s.isLaidOut) return undefined;
    const [f, shape] = pick(random, partitionFunctionsOf(s.shape));
    return add(s, ['mapPartitions', f], { shape });
  },
  repartition(s, { random }) {
    const divided = add(s, ['repartition', 1 + random.int(5)], SHUFFLED);
    if (chance(random, 0.5)) return divided;
    if (chance(random, 0.5)) return add(divided, ['mapPartitions', 'onePerPartition'], { shape: NUMBER });
    if (!isSummable(s.shape)) return divided;
    const sums = add(divided, ['mapPartitions', 'sumOfPartition'], { shape: NUMBER });
    return add(sums, ['reduce', 'sum'], ONE);
  },
  persist: (s, { random }) => add(s, [pick(random, ['persist', 'cache'])]),
  checkpoint: (s, { random, multiple }) => add(s, ['checkpoint', multiple(s.slideMs, pick(random, [1, 2, 3, 5]))]),
  count: (s) => add(s, ['count'], { shape: NUMBER, ...ONE }),
  reduce(s, { random }) {
    const reducers = [...reducersOf(s.shape), ...inOrder(s)];
    return reducers.length === 0 ? undefined : add(s, ['reduce', pick(random, reducers).name], ONE);
  },
  countByValue: (s) => add(s, ['countByValue'], { shape: pairOf(s.shape, NUMBER), ...SHUFFLED }),
  union(s, growth) {
    const stream = like(s.shape, growth, s.slideMs);
    if (stream === undefined) return undefined;
    return add(s, ['union', growth.spec(stream)], together([s, stream]));
  },
  unionAll(s, growth) {
    const count = growth.random.int(4);
    const streams = Array.from({ length: count }, () => like(s.shape, growth, s.slideMs)).filter(
      (one) => one !== undefined,
    );
    return add(s, ['unionAll', streams.map(growth.spec)], together([s, ...streams]));
  },
  groupByKey: byKey((s, { key, value }) => add(s, ['groupByKey'], { shape: pairOf(key, listOf(value)), ...SHUFFLED })),
  reduceByKey: byKey((s, { value }, { random }) => {
    const reducers = [...reducersOf(value), ...inOrder({ ...s, shape: value })];
    return reducers.length === 0 ? undefined : add(s, ['reduceByKey', pick(random, reducers).name], SHUFFLED);
  }),
  combineByKey: byKey((s, { key, value }, { random }) => {
    const [create, addValue, merge, result] = pick(random, combinersOf(value));
    return add(s, ['combineByKey', create, addValue, merge], { shape: pairOf(key, result), ...SHUFFLED });
  }),
  transform(s, { random }) {
    const { name, result, growth = 1, isSorted = false } = pick(random, batchFunctionsOf(s.shape));
    const order = { isOrdered: isSorted || s.isOrdered, isLaidOut: false, isSingle: false };
    return add(s, ['transform', name], { shape: result, size: s.size * growth, ...order });
  },
  transformWith,
  transformAll,
  join: joining('join', pairOf),
  leftOuterJoin: joining('leftOuterJoin', (left, right) => pairOf(left, maybe(right))),
  rightOuterJoin: joining('rightOuterJoin', (left, right) => pairOf(maybe(left), right)),
  fullOuterJoin: joining('fullOuterJoin', (left, right) => pairOf(maybe(left), maybe(right))),
  cogroup: joining('cogroup', (left, right) => pairOf(listOf(left), listOf(right))),
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
    return add(s, ['countByValueAndWindow', ...span], {
      shape: pairOf(s.shape, NUMBER),
      ...windowed(s, span),
      ...SHUFFLED,
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
      return add(s, ['groupByKeyAndWindow', span[0]], { ...windowed(s, [span[0], s.slideMs]), shape, ...SHUFFLED });
    }
    return add(s, ['groupByKeyAndWindow', ...span], { ...windowed(s, span), shape, ...SHUFFLED });
  }),
  reduceByKeyAndWindow: byKey((s, { value }, growth) => {
    const { random } = growth;
    const reducers = reducersOf(value);
    if (reducers.length === 0) return undefined;
    const { name, inverse } = pick(random, reducers);
    if (inverse === undefined || chance(random, 0.3)) {
      const span = spans(s, growth);
      const isShort = chance(random, 0.3);
      const whole: readonly [number, number] = isShort ? [span[0], s.slideMs] : span;
      return add(s, ['reduceByKeyAndWindow', name, ...(isShort ? [span[0]] : span)], {
        ...windowed(s, whole),
        ...SHUFFLED,
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
    const filter = chance(random, 0.5) ? [] : [pick(random, predicatesOf(s.shape))];
    return add(s, ['reduceByKeyAndWindow', name, inverse, ...span, ...filter], { ...windowed(s, span), ...SHUFFLED });
  }),
  updateStateByKey: byKey((s, { key, value }, { random }) => {
    const [update, state] = pick(random, updatesOf(value));
    const initial = chance(random, 0.3) ? initialOf(random, key, state) : undefined;
    return add(s, ['updateStateByKey', update, ...(initial === undefined ? [] : [{ initial }])], {
      shape: pairOf(key, state),
      size: s.size * 4,
      ...SHUFFLED,
    });
  }),
  mapWithState,
};

/** Functions that only give the same where the order is known. */
const inOrder = ({ isSingle, shape }: Growing): { name: string }[] =>
  isSingle && shape.kind === 'text' ? [{ name: 'concat' }] : [];

const together = (streams: readonly Growing[]): Partial<Growing> => ({
  size: streams.reduce((sum, { size }) => sum + size, 0),
  isLaidOut: streams.every(({ isLaidOut }) => isLaidOut),
  isOrdered: streams.every(({ isOrdered }) => isOrdered),
  isSingle: false,
});

function updatesOf(value: Shape): (readonly [name: string, state: Shape])[] {
  const found: (readonly [string, Shape])[] = [
    ['updateLargest', value],
    ['updateCollect', listOf(value)],
    ['updateNever', ANY],
  ];
  if (!isSummable(value)) return found;
  for (const name of ['updateCount', 'updateRemoveWhenZero', 'updateRemoveAtTen', 'updateWhileFed']) {
    found.push([name, NUMBER], [name, NUMBER]);
  }
  return [...found, ['updateExpireIdleTwice', pairOf(NUMBER, NUMBER)]];
}

function transformWith(s: Growing, growth: Growth): Growing | undefined {
  const { random } = growth;
  const alike = like(s.shape, growth, s.slideMs);
  const any = alike ?? growth.other(s.slideMs);
  const both = together([s, any]);
  const choices: (readonly [name: string, other: Growing, changes: Partial<Growing>])[] = [
    ['batchSizesWithTime', any, { shape: pairOf(NUMBER, pairOf(NUMBER, NUMBER)), size: 1, isOrdered: true }],
    ['batchCartesian', any, { shape: pairOf(s.shape, any.shape), size: s.size * any.size }],
  ];
  if (alike !== undefined) {
    choices.push(['batchUnion', alike, {}], ['batchSubtract', alike, { size: s.size }]);
    choices.push(['batchIntersection', alike, { isOrdered: true, size: s.size }]);
  }
  if (s.shape.kind === 'pair') {
    const found = keyed(s.shape.key, growth, s.slideMs);
    if (found !== undefined) {
      const shape = pairOf(s.shape.key, pairOf(s.shape.value, found.value));
      choices.push(['batchJoin', found.stream, { shape, size: (s.size * found.stream.size) / 2 }]);
      choices.push(['batchSubtractByKey', found.stream, { size: s.size }]);
    }
  }
  const [name, stream, changes] = pick(random, choices);
  return add(s, ['transformWith', growth.spec(stream), name], { ...both, ...changes, isLaidOut: false });
}

function transformAll(s: Growing, growth: Growth): Growing | undefined {
  const { random, spec, other } = growth;
  const count = 1 + random.int(3);
  if (chance(random, 0.4)) {
    const streams = Array.from({ length: count }, () => other(s.slideMs)).map(spec);
    return add(s, ['transformAll', streams, 'batchesSizes'], { shape: listOf(NUMBER), ...ONE });
  }
  const second = like(s.shape, growth, s.slideMs);
  if (second === undefined) return undefined;
  if (chance(random, 0.1)) return add(s, ['transformAll', [], 'batchesUnion'], { isLaidOut: false });
  if (chance(random, 0.4))
    return add(s, ['transformAll', [spec(second)], 'batchesUnion'], { ...together([s, second]), isLaidOut: false });
  const third = keyed(s.shape, growth, s.slideMs);
  if (third === undefined) return undefined;
  const shape = pairOf(s.shape, pairOf(s.shape, third.value));
  const size = ((s.size + second.size) * third.stream.size) / 2;
  const all = [second, third.stream].map(spec);
  return add(s, ['transformAll', all, 'batchesUnionTwoJoinThird'], { shape, size, ...SHUFFLED });
}

function mapWithState(s: Growing, { random, multiple }: Growth): Growing | undefined {
  if (s.shape.kind !== 'pair' || !isSummable(s.shape.value)) return undefined;
  const { key, value: taken } = s.shape;
  // The function sees the values of a key in their order, which only one partition has.
  const isInOrder = taken.kind !== 'number' || (s.isSingle && chance(random, 0.5));
  if (isInOrder && !s.isSingle) return undefined;
  const from = isInOrder ? s : add(s, ['reduceByKey', 'sum'], SHUFFLED);
  const timeoutMs = chance(random, 0.4) ? Math.ceil(s.slideMs * pick(random, [0.5, 1, 1.5, 2, 3, 4])) : undefined;
  const initial = chance(random, 0.3) ? initialOf(random, key, NUMBER) : undefined;
  const snapshots = chance(random, 0.4);
  const options = {
    ...(initial === undefined ? {} : { initial }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(chance(random, 0.5) ? { checkpointMs: multiple(s.slideMs, pick(random, [1, 1, 2, 3])) } : {}),
    ...(snapshots ? { snapshots } : {}),
  };
  const f = pick(random, ['runningTotal', 'removeAtTen', 'changeOnly']);
  const step: Step = ['mapWithState', f, ...(Object.keys(options).length === 0 ? [] : [options])];
  const value = snapshots || timeoutMs === undefined || f === 'changeOnly' ? NUMBER : ANY;
  return add(from, step, { shape: pairOf(key, value), size: s.size * 3, ...SHUFFLED });
}

const NAMES = Object.keys(GROWS);

/** With one step more; as it was, where the step that was drawn does not fit. */
export function grown(s: Growing, growth: Growth): Growing {
  const next = GROWS[pick(growth.random, NAMES)]!(s, growth);
  return next === undefined || next.size > SIZE_MAX ? s : next;
}
