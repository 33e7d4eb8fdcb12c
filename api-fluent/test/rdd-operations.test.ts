import { expect } from 'chai';
import { createLogger, errorCodes, ManualClock, SparkCore } from '../../core/internal.ts';
import { LocalFileSystem, MemoryDisk, runJobTest } from '../../testing/index.ts';
import { add, type PairRDD, type RDD, SparkConf, SparkContext } from '../index.ts';

const files = new LocalFileSystem({ disk: new MemoryDisk(new ManualClock()), workingDirectory: '/home' });
const logger = createLogger({ log() {} }, () => 'OFF');
const sc = new SparkContext(
  new SparkCore(new SparkConf(false).setMaster('local').setAppName('rdds'), { logger, files }) as never,
);
const numbers: RDD<number> = sc.range(1, 7, 1, 3);
const pairs: PairRDD<string, number> = sc.parallelize(
  [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ],
  2,
);
const byCode = (key: string) => key.charCodeAt(0);

describe('data sets as PySpark has them', () => {
  after(() => sc.stop());

  const table: [string, () => unknown, unknown][] = [
    ['sum', () => numbers.sum(), 21],
    ['mean', () => numbers.mean(), 3.5],
    ['stats', async () => (await numbers.stats()).max(), 6],
    ['variance', async () => (await numbers.variance()).toFixed(4), '2.9167'],
    ['stdev', async () => (await numbers.stdev()).toFixed(4), '1.7078'],
    ['sampleVariance', () => numbers.sampleVariance(), 3.5],
    ['sampleStdev', async () => (await numbers.sampleStdev()).toFixed(4), '1.8708'],
    [
      'histogram',
      () => numbers.histogram(2),
      [
        [1, 3.5, 6],
        [3, 3],
      ],
    ],
    ['histogram of texts, one bucket', () => pairs.keys().histogram(1), [['a', 'b'], [3]]],
    [
      'histogram of bounds',
      () => pairs.keys().histogram(['a', 'b', 'c']),
      [
        ['a', 'b', 'c'],
        [2, 1],
      ],
    ],
    ['countApprox', () => numbers.countApprox(10, 0.9), 6],
    ['sumApprox', () => numbers.sumApprox(10), 21],
    ['meanApprox', () => numbers.meanApprox(10), 3.5],
    ['countApproxDistinct', () => pairs.keys().countApproxDistinct(0.1), 2],
    ['treeReduce', () => numbers.treeReduce(add, 3), 21],
    ['treeAggregate', () => numbers.treeAggregate(0, add, add), 21],
    ['treeAggregate: a zero a partition, as in Python', () => numbers.repartition(9).treeAggregate(100, add, add), 921],
    ['take of all there are', () => numbers.take(Number.POSITIVE_INFINITY), [1, 2, 3, 4, 5, 6]],
    [
      'join with partitions left open',
      async () =>
        pairs
          .repartition(5)
          .join(pairs, null as never)
          .getNumPartitions(),
      5,
    ],
    ['takeSample', async () => (await numbers.takeSample(false, 4, 1)).length, 4],
    [
      'randomSplit',
      async () => (await Promise.all(numbers.randomSplit([1, 1], 5).map((part) => part.count()))).reduce(add),
      6,
    ],
    ['sampleByKey', () => pairs.sampleByKey(false, { a: 1, b: 0 }).keys().collect(), ['a', 'a']],
    [
      'sampleByKey of pairs',
      () =>
        pairs
          .sampleByKey(
            false,
            new Map([
              ['a', 0],
              ['b', 1],
            ]),
            3,
          )
          .count(),
      1,
    ],
    ['pipe', () => sc.parallelize(['b', 'a'], 1).pipe('sort').collect(), ['a', 'b']],
    [
      'pipe of pairs',
      () =>
        sc
          .parallelize(
            [
              ['a', 1],
              ['b', 2],
            ],
            1,
          )
          .pipe('cat')
          .collect(),
      ['(a,1)', '(b,2)'],
    ],
    ['pipe: what ends a line', () => sc.parallelize(['a\u2028b\rc'], 1).pipe('cat').collect(), ['a\u2028b', 'c']],
    [
      'pipe with an environment',
      () => sc.parallelize([1], 1).pipe(['sh', '-c', 'echo $X'], { X: 'y' }).collect(),
      ['y'],
    ],
    ['pipe ignores the exit code', () => numbers.pipe('false').count(), 0],
    [
      'toLocalIterator',
      async () => {
        const seen: number[] = [];
        for await (const n of numbers.toLocalIterator()) seen.push(n);
        return seen;
      },
      [1, 2, 3, 4, 5, 6],
    ],
    ['groupWith', () => pairs.groupWith(pairs, pairs).lookup('b'), [[[2], [2], [2]]]],
    ['reduceByKeyLocally', async () => (await pairs.reduceByKeyLocally(add)).get('a'), 4],
    [
      'repartitionAndSortWithinPartitions',
      () => pairs.repartitionAndSortWithinPartitions(2, byCode, false).keys().glom().collect(),
      [['b'], ['a', 'a']],
    ],
    [
      'repartitionAndSortWithinPartitions by a key',
      () =>
        pairs
          .repartitionAndSortWithinPartitions(1, byCode, true, (k) => -byCode(k))
          .keys()
          .collect(),
      ['b', 'a', 'a'],
    ],
    ['a partition function', () => pairs.reduceByKey(add, 2, byCode).glom().collect(), [[['b', 2]], [['a', 4]]]],
    [
      'groupBy with one',
      () =>
        numbers
          .groupBy(
            (n) => n % 2,
            2,
            (k) => k + 1,
          )
          .keys()
          .collect(),
      [1, 0],
    ],
    [
      'a name',
      () =>
        numbers
          .map((n) => n)
          .setName('n')
          .name(),
      'n',
    ],
    ['the lineage', () => /^\(3\) map RDD/.test(numbers.map((n) => n).toDebugString()), true],
    ['runJob over all partitions', () => sc.runJob(numbers, (records) => [[...records].length]), [2, 2, 2]],
    ['runJob over some', () => sc.runJob(numbers, (records) => records, [2, 0]), [5, 6, 1, 2]],
    ['collectWithJobGroup', () => numbers.collectWithJobGroup('g', 'd'), [1, 2, 3, 4, 5, 6]],
    [
      'map that leaves keys alone keeps the partitioner',
      async () => {
        const placed = pairs.partitionBy(2, byCode);
        const lineage = (kept: RDD<[string, number]>) => (kept as typeof pairs).partitionBy(2, byCode).toDebugString();
        return [true, false].map((keeps) => lineage(placed.map((p) => p, keeps)).split('partitionBy').length - 1);
      },
      [1, 2],
    ],
    ['the storage level', () => String(numbers.getStorageLevel().useMemory()), 'false'],
  ];
  for (const [name, run, expected] of table) it(name, async () => expect(await run()).to.deep.equal(expected));

  it('refuses a bad program where it is asked to', async () => {
    const error = await numbers
      .pipe('false', {}, true)
      .count()
      .catch((e: unknown) => e);
    expect(String(error)).to.match(/exited with status 1/);
  });

  it('a checkpoint', async () => {
    const rdd = numbers.map((n) => n + 1);
    sc.setCheckpointDir('cp');
    rdd.checkpoint();
    expect([rdd.isCheckpointed(), rdd.getCheckpointFile()]).to.deep.equal([false, undefined]);
    await rdd.count();
    expect(rdd.getCheckpointFile()).to.match(new RegExp(`^${sc.getCheckpointDir()}/rdd-`));
    expect(await rdd.collect()).to.deep.equal([2, 3, 4, 5, 6, 7]);
  });

  it('a local checkpoint keeps partitions', async () => {
    const rdd = numbers.map((n) => n * 2);
    rdd.localCheckpoint();
    expect([rdd.isLocallyCheckpointed(), rdd.getStorageLevel().useDisk()]).to.deep.equal([true, true]);
    expect(await rdd.sum()).to.equal(42);
  });

  it('refuses to run a job on a partition that is not there', async () => {
    const error = await sc.runJob(numbers, (records) => records, [3]).catch((e: unknown) => e);
    expect(error).to.have.property('code', 'PARTITIONS_INVALID');
  });

  it('the context that runs is found again', async () => {
    const other = new SparkContext(new SparkConf(false).setMaster('local').setAppName('other'));
    expect(SparkContext.getOrCreate()).to.equal(other);
    await other.stop();
    const next = SparkContext.getOrCreate({ master: 'local', appName: 'next' });
    expect(next.appName).to.equal('next');
    await next.stop();
  });

  it('what was added is listed once', () => {
    for (const path of ['a.txt', 'b.txt', 'a.txt']) sc.addFile(path);
    sc.addArchive('c.zip');
    expect([sc.listFiles, sc.listArchives]).to.deep.equal([['a.txt', 'b.txt'], ['c.zip']]);
    expect([sc.applicationId, sc.uiWebUrl]).to.deep.equal([`local-${sc.startTime}`, null]);
  });

  it('refuses texts without decoding', () => {
    expect(() => sc.textFile('a', 1, false as true)).to.throw(/binaryFiles/);
  });

  it('properties of the context', () => {
    sc.setJobGroup('g', 'd');
    expect(sc.getLocalProperty('spark.jobGroup.id')).to.equal('g');
    sc.setLocalProperty('spark.jobGroup.id', null);
    expect(sc.getLocalProperty('spark.jobGroup.id')).to.equal(undefined);
    expect([sc.defaultMinPartitions, sc.version.slice(0, 4)]).to.deep.equal([1, '3.5.']);
  });

  it('numbers have statistics, other records do not compile', async () => {
    // @ts-expect-error a data set of texts has no sum
    const sum: PromiseLike<number> = pairs.keys().sum();
    expect(errorCodes(await Promise.resolve(sum).catch((error: unknown) => error))).to.include('OPTIONS_INVALID');
  });
});

describe('a transform that awaits actions', () => {
  for (const master of ['local', 'local[2]']) {
    it(`divides each batch by its count on ${master}`, async () => {
      const job = new URL('./jobs/awaiting.ts', import.meta.url);
      expect(await runJobTest(job, [], { master })).to.deep.equal({
        shares: [[0.25, 0.5, 0.75, 1], [5, 10], []],
        extras: [
          ['1 of 10', '2 of 10', '3 of 10', '4 of 10', '7 of 10'],
          ['10 of 30', '20 of 30', '7 of 30'],
          ['7 of 0'],
        ],
        bounds: [[4, 4], [], []],
        sorted: [[4, 3, 2, 1], [20, 10], []],
      });
    });
  }
});
