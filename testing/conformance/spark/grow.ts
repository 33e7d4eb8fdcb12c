import type { Step } from '../case.ts';
import { programOf } from './grow-data-set.ts';
import { PYTHON, takesPython } from './grow-python.ts';
import { WINDOWS } from './grow-windows.ts';
import {
  add,
  byKey,
  dealing,
  type Grow,
  type Growing,
  type Growth,
  keyed,
  like,
  ONE,
  placed,
  SHUFFLED,
  together,
} from './growing.ts';
import { chance, initialOf, pick } from './script.ts';
import {
  ANY,
  batchFunctionsOf,
  combinersOf,
  flatMapsOf,
  isOfAnyOrder,
  isSummable,
  listOf,
  mapsOf,
  maybe,
  NUMBER,
  pairOf,
  partitionFunctionsOf,
  predicatesOf,
  reducersOf,
  type Shape,
} from './shape.ts';

const SIZE_MAX = 300;

const joining = (name: string, valueOf: (left: Shape, right: Shape) => Shape): Grow =>
  byKey((s, { key, value }, growth) => {
    const found = keyed(key, growth, s.slideMs);
    if (found === undefined) return undefined;
    const size = s.size * Math.max(1, found.stream.size / 2) + found.stream.size;
    const { by, dealt } = dealing(key, growth);
    return add(s, [name, growth.spec(found.stream), ...by], {
      shape: pairOf(key, valueOf(value, found.value)),
      size,
      ...dealt,
    });
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
    const functions = partitionFunctionsOf(s.shape).filter(([f]) => s.isLaidOut || (s.isDealt && isOfAnyOrder(f)));
    if (functions.length === 0) return undefined;
    const [f, shape] = pick(random, functions);
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
  count: (s, growth) => add(s, ['count'], { shape: NUMBER, ...ONE, isDealt: growth.isDefaultKnown }),
  reduce(s, { random }) {
    const reducers = [...reducersOf(s.shape), ...inOrder(s)];
    return reducers.length === 0 ? undefined : add(s, ['reduce', pick(random, reducers).name], ONE);
  },
  countByValue(s, growth) {
    const { random } = growth;
    const n = !growth.isPython && chance(random, 0.3) ? [1 + random.int(5)] : [];
    const isDealt = placed(s.shape, n, growth);
    return add(s, ['countByValue', ...n], { shape: pairOf(s.shape, NUMBER), ...SHUFFLED, isDealt });
  },
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
  groupByKey: byKey((s, { key, value }, growth) => {
    const { by, dealt } = dealing(key, growth);
    return add(s, ['groupByKey', ...by], { shape: pairOf(key, listOf(value)), ...dealt });
  }),
  reduceByKey: byKey((s, { key, value }, growth) => {
    const reducers = [...reducersOf(value), ...inOrder({ ...s, shape: value })];
    const { by, dealt } = dealing(key, growth);
    return reducers.length === 0
      ? undefined
      : add(s, ['reduceByKey', pick(growth.random, reducers).name, ...by], dealt);
  }),
  combineByKey: byKey((s, { key, value }, growth) => {
    const [create, addValue, merge, result] = pick(growth.random, combinersOf(value));
    const isDealt = placed(key, [], growth);
    return add(s, ['combineByKey', create, addValue, merge], { shape: pairOf(key, result), ...SHUFFLED, isDealt });
  }),
  transform(s, { random }) {
    const { name, result, growth = 1, isSorted = false } = pick(random, batchFunctionsOf(s.shape));
    const order = { isOrdered: isSorted || s.isOrdered, isLaidOut: false, isDealt: false, isSingle: false };
    return add(s, ['transform', name], { shape: result, size: s.size * growth, ...order });
  },
  transformWith,
  transformAll,
  join: joining('join', pairOf),
  leftOuterJoin: joining('leftOuterJoin', (left, right) => pairOf(left, maybe(right))),
  rightOuterJoin: joining('rightOuterJoin', (left, right) => pairOf(maybe(left), right)),
  fullOuterJoin: joining('fullOuterJoin', (left, right) => pairOf(maybe(left), maybe(right))),
  cogroup: joining('cogroup', (left, right) => pairOf(listOf(left), listOf(right))),
  ...WINDOWS,
  updateStateByKey: byKey((s, { key, value }, growth) => {
    const { random } = growth;
    const [update, state] = pick(random, updatesOf(value));
    const initial = chance(random, 0.3) ? initialOf(random, key, state) : undefined;
    const { by, dealt } = dealing(key, growth);
    const options = {
      ...(initial === undefined ? {} : { initial }),
      ...(by.length === 0 ? {} : { partitions: by[0] }),
    };
    return add(s, ['updateStateByKey', update, ...(Object.keys(options).length === 0 ? [] : [options])], {
      shape: pairOf(key, state),
      size: s.size * 4,
      ...dealt,
    });
  }),
  mapWithState,
  rdd(s, { random, isDefaultKnown, isPython }) {
    const { shape, size, isLaidOut, isDealt } = s;
    const known = isLaidOut ? 'places' : isDealt ? 'partitions' : 'elements';
    const isNarrow = isLaidOut && s.steps.length === 0 && s.isInput === true;
    if (isDefaultKnown) {
      const laidOut = { shape: listOf(shape), isLaidOut: true, isOrdered: true };
      return isDealt ? add(s, ['rdd', [['layout']]], laidOut) : undefined;
    }
    const ended = programOf({ shape, size, known, isNarrow }, random, isPython);
    if (ended.program.length === 0) return undefined;
    return add(s, ['rdd', ended.program], {
      shape: ended.shape,
      size: ended.size,
      isLaidOut: ended.known === 'places',
      isDealt: ended.known !== 'elements',
      isOrdered: ended.known === 'places',
      isSingle: false,
      isOdd: ended.isOdd,
    });
  },
};

/** Functions that only give the same where the order is known. */
const inOrder = ({ isSingle, shape }: Growing): { name: string }[] =>
  isSingle && shape.kind === 'text' ? [{ name: 'concat' }] : [];

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
  return add(s, ['transformWith', growth.spec(stream), name], {
    ...both,
    ...changes,
    isLaidOut: false,
    isDealt: false,
  });
}

function transformAll(s: Growing, growth: Growth): Growing | undefined {
  const { random, spec, other } = growth;
  const count = 1 + random.int(3);
  if (chance(random, 0.4)) {
    const streams = Array.from({ length: count }, () => other(s.slideMs)).map(spec);
    return add(s, ['transformAll', streams, 'batchesSizes'], { shape: listOf(NUMBER), ...ONE, isDealt: false });
  }
  const second = like(s.shape, growth, s.slideMs);
  if (second === undefined) return undefined;
  const loose = { isLaidOut: false, isDealt: false };
  if (chance(random, 0.1)) return add(s, ['transformAll', [], 'batchesUnion'], loose);
  if (chance(random, 0.4))
    return add(s, ['transformAll', [spec(second)], 'batchesUnion'], { ...together([s, second]), ...loose });
  const third = keyed(s.shape, growth, s.slideMs);
  if (third === undefined) return undefined;
  const shape = pairOf(s.shape, pairOf(s.shape, third.value));
  const size = ((s.size + second.size) * third.stream.size) / 2;
  const all = [second, third.stream].map(spec);
  return add(s, ['transformAll', all, 'batchesUnionTwoJoinThird'], { shape, size, ...SHUFFLED });
}

function mapWithState(s: Growing, growth: Growth): Growing | undefined {
  const { random, multiple } = growth;
  if (s.shape.kind !== 'pair' || !isSummable(s.shape.value)) return undefined;
  const { key, value: taken } = s.shape;
  // The function sees the values of a key in their order, which only one partition has.
  const isInOrder = taken.kind !== 'number' || (s.isSingle && chance(random, 0.5));
  if (isInOrder && !s.isSingle) return undefined;
  const from = isInOrder ? s : add(s, ['reduceByKey', 'sum'], SHUFFLED);
  const timeoutMs = chance(random, 0.4) ? Math.ceil(s.slideMs * pick(random, [0.5, 1, 1.5, 2, 3, 4])) : undefined;
  const initial = chance(random, 0.3) ? initialOf(random, key, NUMBER) : undefined;
  const snapshots = chance(random, 0.4);
  const { by, dealt } = dealing(key, growth);
  const options = {
    ...(by.length === 0 ? {} : { partitions: by[0] }),
    ...(initial === undefined ? {} : { initial }),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(chance(random, 0.5) ? { checkpointMs: multiple(s.slideMs, pick(random, [1, 1, 2, 3])) } : {}),
    ...(snapshots ? { snapshots } : {}),
  };
  const f = pick(random, ['runningTotal', 'removeAtTen', 'changeOnly']);
  const step: Step = ['mapWithState', f, ...(Object.keys(options).length === 0 ? [] : [options])];
  const value = snapshots || timeoutMs === undefined || f === 'changeOnly' ? NUMBER : ANY;
  return add(from, step, { shape: pairOf(key, value), size: s.size * 3, ...dealt });
}

const PYTHON_GROWS: Readonly<Record<string, Grow>> = { ...GROWS, ...PYTHON };
const NAMES = Object.keys(GROWS);

/** With one step more; as it was, where the step that was drawn does not fit. */
export function grown(s: Growing, growth: Growth): Growing {
  if (s.isOdd === true) return s;
  const name = pick(growth.random, NAMES);
  if (growth.isPython && !takesPython(name, s.shape)) return s;
  const next = (growth.isPython ? PYTHON_GROWS : GROWS)[name]!(s, growth);
  return next === undefined || next.size > SIZE_MAX ? s : next;
}
