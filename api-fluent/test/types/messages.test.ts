import { expect } from 'chai';
import { typeErrors } from '../../../bin/test/docs/check.ts';

const HEAD = `import { add, type DStream, type PairDStream, type RDD } from 'dstreams';
declare const words: DStream<string>; declare const pairs: PairDStream<string, number>; declare const rdd: RDD<string>;
`;

/** The commonest misuses, and what somebody who makes one has to read in the first line of what the compiler says. */
const MISUSES: readonly (readonly [what: string, code: string, says: RegExp])[] = [
  [
    'an operation by key on a stream of no pairs',
    'words.reduceByKey(add);',
    /'reduceByKey' does not exist on type 'DStream<string>'/,
  ],
  ['the same on a data set', 'rdd.reduceByKey(add);', /'reduceByKey' does not exist on type 'RDD<string>'/],
  ['an async function in map', 'words.map(async (w) => w);', /must not be async: use mapAsync\(f, \{ concurrency \}\)/],
  ['an async function in mapValues', 'pairs.mapValues(async (n) => n);', /must not be async: use mapAsync/],
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

describe('what the compiler says of the commonest misuses', function () {
  this.timeout(60_000);
  let errors: string[];
  before(() => {
    const samples = MISUSES.map(([what, code]) => ({
      where: what,
      language: 'ts' as const,
      isRun: false,
      code: `${HEAD}${code}\n`,
      output: undefined,
    }));
    errors = typeErrors(samples);
  });
  for (const [what, , says] of MISUSES) {
    it(`names the mistake: ${what}`, () => {
      const own = errors.filter((error) => error.startsWith(`${what}+`));
      expect(own).to.have.length(1);
      expect(own[0]).to.match(says);
    });
  }
});
