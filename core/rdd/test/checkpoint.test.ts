import { expect } from 'chai';
import { errorCodes } from '../../errors.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { LocalFileSystem } from '../../storage/file-system.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { ManualClock } from '../../time/index.ts';
import {
  collect,
  collectPartitions,
  count,
  debugString,
  HashPartitioner,
  localIterator,
  parallelize,
  parentsOf,
  pipe,
  RangePartitioner,
  repartitionAndSortWithinPartitions,
  SHUFFLES,
  shuffle,
  sortByKey,
  transformRecords,
} from '../index.ts';

describe('data sets that are written', () => {
  const files = new LocalFileSystem({ disk: new MemoryDisk(new ManualClock()), workingDirectory: '/home' });
  let t: EngineHarness;
  before(() => {
    t = new EngineHarness({ batchMs: 1000, files });
  });
  after(() => t.stop());

  it('a checkpoint is written by the first action, and read from then on', async () => {
    let calls = 0;
    const make = () => transformRecords(parallelize(t.core, [1, 2, 3], 2), 'map', [(x) => [x, calls++ < 0]], 'array');
    expect(() => make().checkpoint()).to.throw(/Checkpoint directory has not been set/);
    t.core.setCheckpointDir('cp');
    const rdd = make();
    const sum = transformRecords(rdd, 'keys', [], 'array');
    rdd.checkpoint();
    expect(rdd.checkpointing).to.deep.equal({ file: undefined });
    expect(await count(sum)).to.equal(3);
    const made = calls;
    expect(rdd.checkpointing?.file).to.match(/^\/home\/cp\/[0-9a-f]{32}\/rdd-\d+$/);
    expect(await collect(sum)).to.deep.equal([1, 2, 3]);
    expect(await collectPartitions(rdd)).to.deep.equal([
      [[1, false]],
      [
        [2, false],
        [3, false],
      ],
    ]);
    expect(calls).to.equal(made);
    expect(parentsOf(parentsOf(rdd.op)[0]!.op)).to.have.lengthOf(0);
    expect((await files.list(rdd.checkpointing!.file!)).map(({ name }) => name)).to.deep.equal([
      'part-00000',
      'part-00001',
    ]);
  });

  it('a local iterator computes a partition when it is asked for', async () => {
    const computed: unknown[] = [];
    const rdd = transformRecords(
      parallelize(t.core, ['a', 'b', 'c', 'd'], 4),
      'map',
      [(x) => computed.push(x)],
      'array',
    );
    const seen: unknown[] = [];
    for await (const x of localIterator(rdd)) {
      seen.push(x);
      if (seen.length === 2) break;
    }
    expect([seen, computed]).to.deep.equal([
      [1, 2],
      ['a', 'b'],
    ]);
  });

  it('the lineage as text', () => {
    const pairs = transformRecords(parallelize(t.core, [1], 3), 'pairWithOne', [], 'array');
    const counted = shuffle(pairs, SHUFFLES.sum, new HashPartitioner(2), 'array', 'reduceByKey');
    counted.name = 'counts';
    const text = debugString(counted).replace(/\[\d+\]/g, '');
    expect(text).to.equal('(2) counts reduceByKey RDD\n   +-(3) pairWithOne RDD\n          |  source RDD');
  });

  it('pipe gives a partition to a program, line by line', async () => {
    const node = (script: string) => [process.execPath, '-e', script];
    const rdd = parallelize(t.core, ['a', 'b', 'c'], 2);
    const options = { checkCode: true, textOf: String };
    const upper = node(
      "process.stdin.on('data', (d) => process.stdout.write(String(d).toUpperCase() + process.env.TAIL))",
    );
    const lines = pipe(rdd, { ...options, command: upper, env: [['TAIL', '!']] }, 'array');
    expect(await collectPartitions(lines)).to.deep.equal([
      ['A', '!'],
      ['B', 'C', '!'],
    ]);
    const fail = { ...options, command: node('process.exit(3)') };
    const codes = errorCodes(await collect(pipe(rdd, fail, 'array')).catch((error: unknown) => error));
    expect(codes).to.include('PIPE_FAILED');
    expect(await collect(pipe(rdd, { ...fail, checkCode: false }, 'array'))).to.deep.equal([]);
    const missing = collect(pipe(rdd, { ...options, command: 'no-such-program-at-all' }, 'array'));
    expect(errorCodes(await missing.catch((error: unknown) => error))).to.include('PIPE_FAILED');
    expect(() => pipe(rdd, { ...options, command: ' ' }, 'array')).to.throw(/empty/);
  });
});

describe('ranges of keys', () => {
  let t: EngineHarness;
  before(() => {
    t = new EngineHarness({ batchMs: 1000 });
  });
  after(() => t.stop());

  const pairs = (n = 3) =>
    parallelize(
      t.core,
      [5, 1, 4, 2, 3, 6].map((k) => [k, `v${k}`]),
      n,
    );
  const keysOf = (parts: unknown[][]) => parts.map((part) => part.map((pair) => (pair as [number])[0]));

  it('a range partitioner parts data sets other than the sampled one, too', async () => {
    const ranges = new RangePartitioner(2, pairs());
    expect(() => ranges.getPartition(1)).to.throw(/await one first/);
    const sorted = repartitionAndSortWithinPartitions(pairs(2), ranges, true, 'array');
    expect(keysOf(await collectPartitions(sorted))).to.deep.equal([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect([0, 3, 4, 9].map((key) => ranges.getPartition(key))).to.deep.equal([0, 0, 1, 1]);
    expect(ranges.equals(new RangePartitioner(2, pairs()))).to.equal(false);
    expect(sorted.partitioner).to.equal(ranges);
  });

  it('sorts by an order of the program’s own, either way', async () => {
    const byParity = (a: number, b: number) => (a % 2) - (b % 2) || a - b;
    expect(keysOf([await collect(sortByKey(pairs(), true, 2, 'array', byParity))])).to.deep.equal([[2, 4, 6, 1, 3, 5]]);
    expect(keysOf([await collect(sortByKey(pairs(), false, 2, 'array', byParity))])).to.deep.equal([
      [5, 3, 1, 6, 4, 2],
    ]);
    expect(keysOf([await collect(sortByKey(pairs(), true, 1, 'array', byParity))])).to.deep.equal([[2, 4, 6, 1, 3, 5]]);
  });
});
