import { type Misuse, namesMisuses } from '../../../bin/test/docs/misuses.ts';

const HEAD = `import { add, type DStream, type PairDStream, type RDD } from 'dstreams';
declare const words: DStream<string>; declare const pairs: PairDStream<string, number>; declare const rdd: RDD<string>;
`;

/** The commonest misuses, and what somebody who makes one has to read in the first line of what the compiler says. */
const MISUSES: readonly Misuse[] = [
  [
    'an operation by key on a stream of no pairs',
    'words.reduceByKey(add);',
    /'reduceByKey' does not exist on type 'DStream<string>'/,
  ],
  ['the same on a data set', 'rdd.reduceByKey(add);', /'reduceByKey' does not exist on type 'RDD<string>'/],
  ['an async function in map', 'words.map(async (w) => w);', /must not be async: use mapAsync\(f, \{ concurrency \}\)/],
  ['an async function in mapValues', 'pairs.mapValues(async (n) => n);', /must not be async: use mapAsync/],
  ['an async function in mapWithState', 'pairs.mapWithState(async (k) => k);', /must not be async: use mapAsync/],
  ['an async function that makes keys', 'rdd.keyBy(async (w) => w);', /must not be async: use mapAsync/],
  ['an async function that sorts', 'rdd.sortBy(async (w) => w.length);', /must not be async: use mapAsync/],
  [
    'an async function for each record',
    'rdd.foreach(async (w) => void w);',
    /must not be async: foreachPartition\(f\) waits/,
  ],
  [
    'a promise now and then',
    'words.map((w) => (w === "" ? 0 : Promise.resolve(1)));',
    /must not be async: use mapAsync/,
  ],
  ['a method that is not called', 'words.map((w) => w.trim);', /a function is no record: call it/],
  [
    'an async predicate',
    'words.filter(async (w) => w.length > 1);',
    /'Promise<boolean>' is not assignable to type 'boolean'/,
  ],
  ['flatMap of no list', 'words.flatMap((w) => w.length);', /'number' is not assignable to type 'Iterable<Hint/],
  ['join with a stream of no pairs', 'pairs.join(words);', /'DStream<string>'/],
  [
    'a result without await',
    'rdd.foreach((w) => w); const n: number = rdd.count(); void n;',
    /'Promise<number>' is not assignable to type 'number'/,
  ],
  [
    'a misspelt option',
    'pairs.reduceByKey(add, { numPartition: 4 });',
    /'numPartition' does not exist|did you mean to write 'numPartitions'/i,
  ],
];

describe('what the compiler says of the commonest misuses', () => namesMisuses(HEAD, MISUSES));
