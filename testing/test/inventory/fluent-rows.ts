import { type Row, wanted } from './rows.ts';
import type { Wish } from './java-rows.ts';

/** Whose members a row of §20 lists. */
const OWNERS: readonly (readonly [part: RegExp, owner: string | undefined])[] = [
  [/^sources$/, 'StreamingContext'],
  [/^any stream$/, 'DStream'],
  [/^streams of pairs/, 'PairDStream'],
  // Files of Hadoop's formats need keys; all else is there on any stream too.
  [/^output$/, 'PairDStream'],
  [/^pieces of functions/, undefined],
  [/^life cycle$/, 'StreamingContext'],
];

/** Members, or what is exported where there is no owner; with the number of arguments where one is given. */
const of = (
  owner: string | undefined,
  isStatic: boolean,
  ...names: (string | [name: string, count: number])[]
): Wish[] =>
  names.map((one) =>
    typeof one === 'string' ? { owner, name: one, isStatic } : { owner, name: one[0], isStatic, counts: [one[1]] },
  );

/** What rows in prose ask for. */
const BY_HAND: Readonly<Record<string, readonly Wish[]>> = {
  context: [
    ...of(
      'StreamingContext',
      true,
      ['new', 3],
      ['new', 4],
      ['new', 5],
      ['new', 1],
      ['getOrCreate', 2],
      ['getActive', 0],
    ),
    ...of('StreamingContext', true, ['getActiveOrCreate', 1], ['getActiveOrCreate', 2]),
    ...of('StreamingContext', false, 'sparkContext'),
    ...of(
      'SparkContext',
      false,
      ['parallelize', 1],
      ['parallelize', 2],
      ['textFile', 1],
      ['broadcast', 1],
      ['accumulator', 1],
    ),
    ...of('SparkContext', false, 'union', 'emptyRDD'),
  ],
  durations: of(undefined, true, ['Seconds', 1], ['Milliseconds', 1], ['Minutes', 1]),
  'job module': of(undefined, true, ['defineJob', 1]),
  output: [
    ...of('DStream', false, ['batches', 0], 'print', 'pprint', 'saveAsTextFiles', 'saveAsObjectFiles', 'foreachRDD'),
  ],
  'accepted as PySpark has it': [
    ...of('StreamingContext', true, ['new', 2]),
    ...of('StreamingContext', false, ['queueStream', 1]),
    ...of('DStream', false, ['transformWith', 2]),
    ...of('SparkContext', false, ['range', 1]),
  ],
  'context, more': [
    ...of('StreamingContext', false, ['checkpoint', 1], ['remember', 1], ['explain', 0]),
    ...of('DStream', false, ['context', 0]),
  ],
  times: of('Time', false, 'milliseconds', 'valueOf', 'toString'),
  numPartitions: of(undefined, true, ['HashPartitioner', 1]),
  RDDs: [],
};

/** What the rows of §20 ask of the fluent surface, and those of §2, §3 and §5, whose names it takes over. */
export function fluentWishes(rows: readonly Row[]): Map<Row, Wish[]> {
  const wishes = new Map<Row, Wish[]>();
  for (const row of rows) {
    if (row.section === '20') {
      const [part, shape] = row.cells as [string, string];
      const found = [...(BY_HAND[part] ?? [])];
      const owners = OWNERS.find(([parts]) => parts.test(part));
      if (owners !== undefined) {
        // A call that a shape shows may be given a function, whose own brackets are no arguments of it.
        for (const { name, owner, counts } of wanted(shape)) {
          if (owner === undefined && name !== 'undefined')
            found.push({ owner: owners[1], name, isStatic: owners[1] === undefined, counts });
        }
      }
      wishes.set(row, found);
    }
    const named = { '1.3': 'StreamingContext', '2': 'DStream', '3': 'PairDStream', '5.1': 'RDD', '5.2': 'PairRDD' }[
      row.section
    ];
    if (named !== undefined) {
      const names = new Set(wanted(row.cells[0]!).map(({ name }) => name));
      wishes.set(
        row,
        [...names].map((name) => ({ owner: named, name, isStatic: false })),
      );
    }
  }
  return wishes;
}
