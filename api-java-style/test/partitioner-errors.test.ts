import { expect } from 'chai';
import { errorCodes } from '../../core/errors.ts';
import { type JavaPairRDD, JavaSparkContext, Partitioner, SparkConf, Tuple2 } from '../index.ts';

class Sending extends Partitioner {
  constructor(private readonly where: () => number) {
    super();
  }
  numPartitions(): number {
    return 2;
  }
  getPartition(): number {
    return this.where();
  }
}

type Pairs = JavaPairRDD<string, number>;
interface Awaitable {
  collect(): PromiseLike<unknown>;
}

/** Every way in which a partitioner deals out records. Spark: ArrayIndexOutOfBoundsException, in the job, for all of them. */
const OPERATIONS: Readonly<Record<string, (pairs: Pairs, partitioner: Partitioner) => Awaitable>> = {
  partitionBy: (pairs, by) => pairs.partitionBy(by),
  reduceByKey: (pairs, by) => pairs.reduceByKey(by, (a, b) => a + b),
  groupByKey: (pairs, by) => pairs.groupByKey(by),
  foldByKey: (pairs, by) => pairs.foldByKey(0, by, (a, b) => a + b),
  'combineByKey (map side)': (pairs, by) =>
    pairs.combineByKey(
      (n) => n,
      (a: number, b) => a + b,
      (a: number, b) => a + b,
      by,
    ),
  cogroup: (pairs, by) => pairs.cogroup(pairs, by),
  join: (pairs, by) => pairs.join(pairs, by),
  subtractByKey: (pairs, by) => pairs.subtractByKey(pairs, by),
  repartitionAndSortWithinPartitions: (pairs, by) => pairs.repartitionAndSortWithinPartitions(by),
};

/** What the partitioner does, and the code and words of the error. */
const MISTAKES: readonly (readonly [name: string, where: () => number, code: string, words: string])[] = [
  ['gives −1', () => -1, 'PARTITIONS_INVALID', 'The partitioner gave -1 for a key'],
  ['gives the number of partitions', () => 2, 'PARTITIONS_INVALID', 'a whole number from 0 to 1'],
  ['gives half a partition', () => 0.5, 'PARTITIONS_INVALID', 'gave 0.5'],
  ['gives nothing', () => undefined as never, 'PARTITIONS_INVALID', 'gave undefined'],
  [
    'throws',
    () => {
      throw new Error('no such city');
    },
    'USER_FUNCTION_FAILED',
    'no such city',
  ],
];

describe('a partitioner that', () => {
  let sc: JavaSparkContext;
  before(() => {
    sc = new JavaSparkContext(new SparkConf(false).setMaster('local').setAppName('test'));
  });
  after(() => sc.stop());

  for (const [name, where, code, words] of MISTAKES) {
    for (const [operation, by] of Object.entries(OPERATIONS)) {
      it(`${name} fails the job of ${operation}, with its name`, async () => {
        const pairs = sc.parallelizePairs([new Tuple2('a', 1), new Tuple2('b', 2)], 2);
        const error: unknown = await by(pairs, new Sending(where))
          .collect()
          .then(
            () => undefined,
            (e: unknown) => e,
          );
        expect(errorCodes(error)).to.include(code);
        expect(String(error)).to.include(operation.split(' ')[0]).and.to.include(words);
      });
    }
  }
});
