import type { SeededRandom } from '../../../core/internal.ts';
import type { DataSetStep, OtherSpec } from '../data-sets.ts';
import type { Value } from '../values.ts';
import { takesPython } from './grow-python.ts';
import { chance, elementsOf, pick } from './script.ts';
import {
  ANY,
  combinersOf,
  flatMapsOf,
  isHashed,
  isOfAnyOrder,
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
  type Shape,
} from './shape.ts';

/** A data set of a program in the making. */
export interface Records {
  readonly steps: readonly DataSetStep[];
  readonly shape: Shape;
  readonly size: number;
  /** What is known of it: each element's place, each element's partition, or which elements there are. */
  readonly known: 'places' | 'partitions' | 'elements';
  /** Whether only steps within a partition lie between it and the batch, so that it can be zipped, and is coalesced the same way each time. */
  readonly isNarrow: boolean;
  /** Whether a partitioner of the case's own has been there. */
  readonly isByText?: boolean;
}

/** What a program gives in the end: a batch. */
export interface Ended {
  readonly program: readonly DataSetStep[];
  readonly shape: Shape;
  readonly size: number;
  readonly known: Records['known'];
  /** Fractions, say, that no function of the cases takes. */
  readonly isOdd: boolean;
}

type Grow = (s: Records, random: SeededRandom) => Records | undefined;
/** What PySpark has not, or in other partitions. */
const NOT_PYTHON = ['zipPartitions'];
const DEALT_IN_SPARK = ['cartesian', 'coalesce'];
type OfPair = (s: Records, pair: { key: Shape; value: Shape }, random: SeededRandom) => Records | undefined;
const SIZE_MAX = 200;

const add = (s: Records, step: DataSetStep, changes: Partial<Records> = {}): Records => ({
  ...s,
  ...changes,
  steps: [...s.steps, step],
});
const LOOSE = { known: 'elements', isNarrow: false } as const;
/** By a hash of a key of this shape. */
const dealt = (key: Shape) => (isHashed(key) ? ({ known: 'partitions', isNarrow: false } as const) : LOOSE);

const ofPair =
  (grow: OfPair): Grow =>
  (s, random) =>
    s.shape.kind === 'pair' ? grow(s, s.shape, random) : undefined;

/** A number of partitions, or none. */
const parts = (random: SeededRandom): number[] => (chance(random, 0.5) ? [] : [1 + random.int(5)]);

/** Another data set of a shape. */
function otherOf(shape: Shape, random: SeededRandom): OtherSpec | undefined {
  const elements = elementsOf(shape);
  if (elements === undefined) return undefined;
  if (chance(random, 0.05)) return { of: [] };
  const of: Value[] = Array.from({ length: random.int(7) }, () => pick(random, elements));
  const spec: OtherSpec = { of, partitions: 1 + random.int(4) };
  return shape.kind !== 'pair' || chance(random, 0.6) ? spec : { ...spec, steps: [['partitionBy', 1 + random.int(4)]] };
}

const joining = (name: string, valueOf: (left: Shape, right: Shape) => Shape): Grow =>
  ofPair((s, { key, value }, random) => {
    const other = pairOf(key, pick(random, [NUMBER, { kind: 'text' } as const]));
    const found = otherOf(other, random);
    if (found === undefined) return undefined;
    return add(s, [name, found, ...parts(random)], {
      ...dealt(key),
      shape: pairOf(key, valueOf(value, other.kind === 'pair' ? other.value : ANY)),
      size: s.size * 4 + 7,
    });
  });

const grouping =
  (name: 'union' | 'subtract' | 'intersection'): Grow =>
  (s, random) => {
    const found = otherOf(s.shape, random);
    if (found === undefined) return undefined;
    if (name === 'union')
      return add(s, ['union', found], {
        size: s.size + 7,
        isNarrow: false,
        known: s.known === 'places' && found.steps === undefined ? 'places' : weaker(s.known, 'partitions'),
      });
    return add(s, [name, found, ...(name === 'subtract' ? parts(random) : [])], dealt(s.shape));
  };

const weaker = (a: Records['known'], b: Records['known']): Records['known'] => {
  const order = ['places', 'partitions', 'elements'] as const;
  return order[Math.max(order.indexOf(a), order.indexOf(b))]!;
};

const STEPS: Readonly<Record<string, Grow>> = {
  map(s, random) {
    const [f, shape] = pick(random, mapsOf(s.shape));
    return add(s, ['map', f], { shape });
  },
  mapToPair(s, random) {
    const [f, shape] = pick(random, pairMakersOf(s.shape));
    return add(s, ['mapToPair', f], { shape });
  },
  filter: (s, random) => add(s, ['filter', pick(random, predicatesOf(s.shape))], { isNarrow: false }),
  flatMap(s, random) {
    const [f, shape, growth] = pick(random, flatMapsOf(s.shape));
    return add(s, ['flatMap', f], { shape, size: s.size * growth, isNarrow: false });
  },
  mapPartitions(s, random) {
    const functions = partitionFunctionsOf(s.shape).filter(
      ([f]) => s.known === 'places' || (s.known === 'partitions' && isOfAnyOrder(f)),
    );
    if (functions.length === 0) return undefined;
    const [f, shape] = pick(random, functions);
    return add(s, ['mapPartitions', f], { shape, isNarrow: false });
  },
  withIndex: (s) => (s.known === 'elements' ? undefined : add(s, ['withIndex'], { shape: pairOf(NUMBER, s.shape) })),
  glom: (s) => (s.known === 'places' ? add(s, ['glom'], { shape: listOf(s.shape), isNarrow: false }) : undefined),
  layout: (s) =>
    s.known === 'elements'
      ? undefined
      : add(s, ['layout'], { shape: listOf(s.shape), known: 'places', isNarrow: false }),
  distinct: (s, random) => add(s, ['distinct', ...parts(random)], dealt(s.shape)),
  union: grouping('union'),
  subtract: grouping('subtract'),
  intersection: grouping('intersection'),
  coalesce(s, random) {
    if (chance(random, 0.3)) return add(s, ['coalesce', 1 + random.int(5), true], LOOSE);
    return s.isNarrow ? add(s, ['coalesce', 1 + random.int(4)], { isNarrow: false }) : undefined;
  },
  repartition: (s, random) => add(s, ['repartition', 1 + random.int(5)], LOOSE),
  cartesian(s, random) {
    const shape = pick<Shape>(random, [NUMBER, { kind: 'text' }]);
    const found = otherOf(shape, random);
    return found && add(s, ['cartesian', found], { shape: pairOf(s.shape, shape), size: s.size * 7, isNarrow: false });
  },
  zip(s, random) {
    if (!s.isNarrow || s.steps.length > 0) return undefined;
    const [f, shape] = pick(random, mapsOf(s.shape));
    return add(s, ['zip', { steps: [['map', f]] }], { shape: pairOf(s.shape, shape) });
  },
  zipPartitions(s, random) {
    if (!s.isNarrow || s.steps.length > 0) return undefined;
    const f = pick(random, predicatesOf(s.shape));
    const shape = pairOf(listOf(s.shape), listOf(s.shape));
    return add(s, ['zipPartitions', { steps: [['filter', f]] }], { shape, isNarrow: false });
  },
  zipWithIndex: (s) =>
    s.known === 'places' ? add(s, ['zipWithIndex'], { shape: pairOf(s.shape, NUMBER) }) : undefined,
  zipWithUniqueId: (s) =>
    s.known === 'places' ? add(s, ['zipWithUniqueId'], { shape: pairOf(s.shape, NUMBER) }) : undefined,
  sortBy(s, random) {
    if (s.shape.kind !== 'number' && s.shape.kind !== 'text') return undefined;
    // By itself: the elements in order, whatever the partitions.
    return add(s, ['sortBy', 'identity', chance(random, 0.5), ...parts(random)], LOOSE);
  },
  groupBy(s, random) {
    // By the partitioner that is there, in Spark.
    if (s.isByText === true) return undefined;
    const [f, shape] = pick(random, mapsOf(s.shape));
    return add(s, ['groupBy', f, ...parts(random)], { shape: pairOf(shape, listOf(s.shape)), ...dealt(shape) });
  },
  keyBy(s, random) {
    const [f, shape] = pick(random, mapsOf(s.shape));
    return add(s, ['keyBy', f], { shape: pairOf(shape, s.shape) });
  },
  persist: (s) => add(s, ['persist']),
  keys: ofPair((s, { key }) => add(s, ['keys'], { shape: key })),
  values: ofPair((s, { value }) => add(s, ['values'], { shape: value })),
  mapValues: ofPair((s, { key, value }, random) => {
    const [f, shape] = pick(random, mapsOf(value));
    return add(s, ['mapValues', f], { shape: pairOf(key, shape) });
  }),
  flatMapValues: ofPair((s, { key, value }, random) => {
    const [f, shape, growth] = pick(random, flatMapsOf(value));
    return add(s, ['flatMapValues', f], { shape: pairOf(key, shape), size: s.size * growth, isNarrow: false });
  }),
  reduceByKey: ofPair((s, { key, value }, random) => {
    const reducers = reducersOf(value);
    return reducers.length === 0
      ? undefined
      : add(s, ['reduceByKey', pick(random, reducers).name, ...parts(random)], dealt(key));
  }),
  groupByKey: ofPair((s, { key, value }, random) =>
    add(s, ['groupByKey', ...parts(random)], { shape: pairOf(key, listOf(value)), ...dealt(key) }),
  ),
  combineByKey: ofPair((s, { key, value }, random) => {
    const [create, addValue, merge, shape] = pick(random, combinersOf(value));
    return add(s, ['combineByKey', create, addValue, merge, ...parts(random)], {
      shape: pairOf(key, shape),
      ...dealt(key),
    });
  }),
  foldByKey: ofPair((s, { key, value }, random) => {
    // The zero counts once a key and partition.
    if (value.kind !== 'number' || s.known === 'elements') return undefined;
    return add(s, ['foldByKey', random.int(4), pick(random, ['sum', 'max', 'min']), ...parts(random)], dealt(key));
  }),
  aggregateByKey: ofPair((s, { key, value }, random) => {
    if (!isSummable(value) || value.kind !== 'number' || s.known === 'elements') return undefined;
    return add(s, ['aggregateByKey', [random.int(3), random.int(2)], 'totalAdd', 'totalMerge', ...parts(random)], {
      shape: pairOf(key, pairOf(NUMBER, NUMBER)),
      ...dealt(key),
    });
  }),
  sortByKey: ofPair((s, { key }, random) => {
    if (key.kind !== 'number' && key.kind !== 'text') return undefined;
    return add(s, ['sortByKey', chance(random, 0.5), ...parts(random)], LOOSE);
  }),
  partitionBy: ofPair((s, { key }, random) =>
    chance(random, 0.4)
      ? add(s, ['partitionBy', { byText: 1 + random.int(5) }], { known: 'partitions', isNarrow: false, isByText: true })
      : add(s, ['partitionBy', 1 + random.int(5)], dealt(key)),
  ),
  sortWithin: ofPair((s, { key }, random) =>
    key.kind === 'number' || key.kind === 'text' ? add(s, ['sortWithin', 1 + random.int(4)], dealt(key)) : undefined,
  ),
  join: joining('join', pairOf),
  leftOuterJoin: joining('leftOuterJoin', (left, right) => pairOf(left, maybe(right))),
  rightOuterJoin: joining('rightOuterJoin', (left, right) => pairOf(maybe(left), right)),
  fullOuterJoin: joining('fullOuterJoin', (left, right) => pairOf(maybe(left), maybe(right))),
  cogroup: joining('cogroup', (left, right) => pairOf(listOf(left), listOf(right))),
  cogroup3: ofPair((s, { key }, random) => {
    const others = [0, 1].map(() => otherOf(pairOf(key, NUMBER), random));
    if (others.includes(undefined)) return undefined;
    return add(s, ['cogroup3', ...others], {
      shape: pairOf(key, listOf(listOf(ANY))),
      size: s.size + 14,
      ...dealt(key),
    });
  }),
  subtractByKey: ofPair((s, { key }, random) => {
    const found = otherOf(pairOf(key, NUMBER), random);
    return found && add(s, ['subtractByKey', found, ...parts(random)], dealt(key));
  }),
};

/** The last step, and what it gives. */
type End = readonly [step: DataSetStep, shape: Shape];

function endsOf({ shape, known, steps }: Records, random: SeededRandom): End[] {
  const found: End[] = [
    [['count'], NUMBER],
    [['isEmpty'], ANY],
    [['countByValue'], pairOf(shape, NUMBER)],
  ];
  // After a sort there are fewer partitions in Spark, where there are few keys.
  if (!steps.some(([name]) => name === 'sortBy' || name === 'sortByKey')) {
    found.push([['numPartitions'], NUMBER], [['partitioner'], ANY], [['partitioner'], ANY]);
  }
  const isLastSort = steps.at(-1)?.[0] === 'sortBy';
  if (known === 'places' || isLastSort) {
    found.push([['collect'], shape], [['take', random.int(6)], shape], [['localIterator'], shape]);
    if (chance(random, 0.2)) found.push([['first'], shape]);
  }
  if (shape.kind === 'number' || shape.kind === 'text') {
    found.push([['top', random.int(5)], shape], [['takeOrdered', random.int(5)], shape]);
    if (chance(random, 0.2)) found.push([['max'], shape], [['min'], shape]);
  }
  if (shape.kind === 'number') {
    found.push([['sum'], NUMBER], [['stats'], ANY]);
    if (known !== 'elements') {
      found.push(
        [['fold', random.int(4), 'sum'], NUMBER],
        [['aggregate', [random.int(2), random.int(2)], 'totalAdd', 'totalMerge'], pairOf(NUMBER, NUMBER)],
      );
    }
    found.push([['treeAggregate', [0, 0], 'totalAdd', 'totalMerge'], pairOf(NUMBER, NUMBER)]);
    if (chance(random, 0.2))
      found.push(
        [['reduce', pick(random, ['sum', 'max', 'min'])], NUMBER],
        [['treeReduce', 'sum'], NUMBER],
        [['histogram', 1 + random.int(4)], ANY],
      );
    found.push([['histogram', [-3, 0, 2, 5 + random.int(4)]], ANY]);
  }
  if (shape.kind === 'pair') {
    found.push([['countByKey'], pairOf(shape.key, NUMBER)]);
    const [reducer] = reducersOf(shape.value);
    if (reducer !== undefined) found.push([['reduceByKeyLocally', reducer.name], shape]);
    const keys = elementsOf(shape.key);
    if (keys !== undefined) found.push([['lookup', pick(random, keys)], shape.value]);
    if (known === 'places') found.push([['collectAsMap'], shape]);
  }
  return found;
}

const NAMES = Object.keys(STEPS);
/** Of partitions that PySpark has others of. */
const COUNTED = ['numPartitions', 'partitioner'];
/** Whether the step leaves elements in partitions of Python's choice: by its own hash, mostly. */
const isPythons = (name: string, { known, steps }: Records): boolean =>
  DEALT_IN_SPARK.includes(name) ||
  (known === 'partitions' && typeof steps.at(-1)?.[OF_TWO.test(name) ? 2 : 1] !== 'object' && SHUFFLING.test(name));
const SHUFFLING = /ByKey|[jJ]oin|cogroup|By$|distinct|subtract|intersection|sortWithin/;
/** Those that are given another data set before their partitions. */
const OF_TWO = /[jJ]oin|cogroup|subtract|intersection/;

/** A random program over the data sets of a batch. */
export function programOf(start: Omit<Records, 'steps'>, random: SeededRandom, isPython: boolean): Ended {
  let s: Records = { ...start, steps: [] };
  for (let tries = 1 + random.int(9); tries > 0; tries--) {
    const name = pick(random, NAMES);
    if (isPython && (NOT_PYTHON.includes(name) || !takesPython(name, s.shape))) continue;
    const next = STEPS[name]!(s, random);
    if (next === undefined || next.size > SIZE_MAX) continue;
    s = isPython && isPythons(name, next) ? { ...next, ...LOOSE } : next;
  }
  // Spark cannot keep a batch of a stream that is persisted already in another way.
  if (s.steps.at(-1)?.[0] === 'persist') s = { ...s, steps: s.steps.slice(0, -1) };
  if (chance(random, 0.35)) {
    const [step, shape] = pick(
      random,
      endsOf(s, random).filter(([[name]]) => !isPython || !COUNTED.includes(name)),
    );
    const isLoose = step[0] === 'lookup' && s.known !== 'places';
    const isOdd = ['sum', 'stats', 'histogram'].includes(step[0]);
    return { program: [...s.steps, step], shape, size: s.size, known: isLoose ? 'elements' : 'places', isOdd };
  }
  if (s.known !== 'elements' && chance(random, 0.5)) s = STEPS.layout!(s, random)!;
  return { program: s.steps, shape: s.shape, size: s.size, known: s.known, isOdd: false };
}
