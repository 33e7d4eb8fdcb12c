import { expect } from 'chai';
import { HashPartitioner, JavaSparkContext, SparkConf, Tuple2 } from '../index.ts';

// Asked of Spark 3.5.7: partitions of the left and the right side, a partitioner on it or not; then those of
// join and cogroup, of subtract and subtractByKey, and of intersection.
type Row = readonly [
  left: number,
  isParted: boolean,
  right: number,
  isParted: boolean,
  joined: number,
  less: number,
  both: number,
];

const BY_DEFAULT: readonly Row[] = [
  [2, false, 3, false, 3, 2, 3],
  [2, true, 3, false, 2, 2, 3],
  [2, true, 20, false, 20, 2, 20],
  [3, true, 20, false, 3, 3, 20],
  [2, true, 5, true, 5, 2, 5],
  [5, true, 2, true, 5, 5, 5],
  [2, true, 19, false, 2, 2, 19],
  [1, true, 10, false, 10, 1, 10],
  [1, true, 9, false, 1, 1, 9],
  [8, true, 100, false, 100, 8, 100],
  [2, false, 20, true, 20, 2, 20],
];
const OF_SEVEN: readonly Row[] = [
  [2, false, 3, false, 7, 2, 7],
  [2, true, 3, false, 2, 2, 7],
  [2, true, 20, false, 7, 2, 7],
  [3, true, 20, false, 3, 3, 7],
  [2, true, 5, true, 5, 2, 7],
  [5, true, 2, true, 5, 5, 7],
  [2, true, 19, false, 2, 2, 7],
  [1, true, 10, false, 7, 1, 7],
  [1, true, 9, false, 1, 1, 7],
  [8, true, 100, false, 8, 8, 7],
  [2, false, 20, true, 20, 2, 7],
];

/** What 1 to 8 add up to from a zero of 100: partitions, then the sums at depth 1, 2 and 3. */
const TREES: readonly (readonly [partitions: number, ...sums: number[]])[] = [
  [1, 336, 336, 336],
  [2, 536, 536, 536],
  [3, 736, 736, 736],
  [5, 1136, 1136, 1136],
  [6, 1336, 1536, 1636],
  [9, 1936, 2236, 2236],
  [12, 2536, 2836, 2936],
  [20, 4136, 4536, 4936],
  [30, 6136, 6636, 6936],
];
/** The same where what is left is combined on an executor. */
const TREES_ON_EXECUTOR: typeof TREES = [
  [1, 336, 336, 336],
  [2, 636, 636, 636],
  [3, 836, 836, 836],
  [9, 2036, 2336, 2336],
  [20, 4236, 4636, 5036],
];

describe('how many partitions and zeros there are, as in Spark 3.5', () => {
  const contexts: JavaSparkContext[] = [];
  const contextOf = (parallelism?: string): JavaSparkContext => {
    const conf = new SparkConf(false).setMaster('local').setAppName('test').set('spark.ui.enabled', 'false');
    if (parallelism !== undefined) conf.set('spark.default.parallelism', parallelism);
    const sc = new JavaSparkContext(conf);
    contexts.push(sc);
    return sc;
  };
  after(() => Promise.all(contexts.map((sc) => sc.stop())));

  for (const [parallelism, rows] of [[undefined, BY_DEFAULT] as const, ['7', OF_SEVEN] as const]) {
    for (const [left, isLeftParted, right, isRightParted, joined, less, both] of rows) {
      const name = (n: number, isParted: boolean) => `${n}${isParted ? ' by a partitioner' : ''}`;
      it(`${name(left, isLeftParted)} and ${name(right, isRightParted)}, parallelism ${parallelism ?? 'not set'}`, () => {
        const sc = contextOf(parallelism);
        const sideOf = (n: number, isParted: boolean) => {
          const side = sc.parallelizePairs([new Tuple2('a', 1), new Tuple2('b', 2)], isParted ? 1 : n);
          return isParted ? side.partitionBy(new HashPartitioner(n)) : side;
        };
        const [a, b] = [sideOf(left, isLeftParted), sideOf(right, isRightParted)];
        expect(a.join(b).getNumPartitions(), 'join').to.equal(joined);
        expect(a.cogroup(b).getNumPartitions(), 'cogroup').to.equal(joined);
        expect(a.subtract(b).getNumPartitions(), 'subtract').to.equal(less);
        expect(a.subtractByKey(b).getNumPartitions(), 'subtractByKey').to.equal(less);
        expect(a.intersection(b).getNumPartitions(), 'intersection').to.equal(both);
      });
    }
  }

  it('distinct and sortByKey follow the data set, not the parallelism that is set', () => {
    const pairs = contextOf('7').parallelizePairs([new Tuple2(1, 1)], 3);
    const counts = [pairs.distinct(), pairs.keys().distinct(), pairs.sortByKey(), pairs.sortByKey(false)];
    expect(counts.map((rdd) => rdd.getNumPartitions())).to.deep.equal([3, 3, 3, 3]);
    expect([pairs.groupByKey(), pairs.reduceByKey((a) => a)].map((rdd) => rdd.getNumPartitions())).to.deep.equal([
      7, 7,
    ]);
  });

  for (const [onExecutor, trees] of [[false, TREES] as const, [true, TREES_ON_EXECUTOR] as const]) {
    for (const [partitions, ...sums] of trees) {
      const where = onExecutor ? ', the last time on an executor' : '';
      it(`treeAggregate of ${partitions} partitions counts a zero as often${where}`, async () => {
        const numbers = contextOf().parallelize([1, 2, 3, 4, 5, 6, 7, 8], partitions);
        const add = (x: number, y: number) => x + y;
        for (const [i, sum] of sums.entries()) {
          expect(await numbers.treeAggregate(100, add, add, i + 1, onExecutor), `depth ${i + 1}`).to.equal(sum);
        }
      });
    }
  }
});
