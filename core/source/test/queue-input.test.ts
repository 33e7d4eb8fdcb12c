import { expect } from 'chai';
import { HashPartitioner, parallelize, Rdd, sourceRdd } from '../../rdd/index.ts';
import { queueInput, type QueueInputOptions } from '../queue-input.ts';
import { testHost } from './host.ts';

function queueOf(sizes: readonly number[], options: Partial<QueueInputOptions> = {}) {
  const { host } = testHost();
  const queue = sizes.map((partitions, i) => parallelize(host.rdds, [i, i, i], partitions));
  const run = queueInput(queue, { oneAtATime: true, defaultRdd: undefined, ...options }).create(host);
  return { host, queue, run, at: (timeMs: number) => run.rdd(timeMs) as Rdd };
}

describe('a queue of data sets as an input', () => {
  it('gives one a batch, then empty ones of one partition', () => {
    const { at, queue } = queueOf([2, 3]);
    expect([at(1000), at(2000), at(3000)].map(({ partitionCount }) => partitionCount)).to.deep.equal([2, 3, 1]);
    expect(queue).to.deep.equal([]);
  });

  it('gives all there are at a time, and what is added later in its turn', () => {
    const { at, queue, host } = queueOf([2, 3], { oneAtATime: false });
    expect(at(1000).partitionCount).to.equal(5);
    queue.push(parallelize(host.rdds, [1], 4));
    expect([at(2000).partitionCount, at(3000).partitionCount]).to.deep.equal([4, 1]);
  });

  const defaults = [
    { name: 'an empty one of one partition unless told otherwise', defaultRdd: undefined, partitions: 1 },
    { name: 'one without partitions for null', defaultRdd: null, partitions: 0 },
  ];
  for (const { name, defaultRdd, partitions } of defaults) {
    it(`an empty queue gives ${name}`, () =>
      expect(queueOf([], { defaultRdd }).at(1000).partitionCount).to.equal(partitions));
  }

  it('an empty queue gives the default data set, again and again', () => {
    const { host } = testHost();
    const defaultRdd = parallelize(host.rdds, [1, 2, 3], 3);
    const run = queueInput([], { oneAtATime: true, defaultRdd }).create(host);
    expect([1000, 2000].map((timeMs) => (run.rdd(timeMs) as Rdd).partitionCount)).to.deep.equal([3, 3]);
  });

  it('belongs to its batch, keeps its partitioner and leaves the queued one as it is', () => {
    const { host } = testHost();
    const source = sourceRdd(host.rdds, [[], []]);
    const partitioner = new HashPartitioner(2);
    const queued = new Rdd(source.ctx, { kind: 'alignedUnion', parents: [source] }, 2, partitioner, undefined);
    const run = queueInput([queued], { oneAtATime: true, defaultRdd: undefined }).create(host);
    const rdd = run.rdd(1000) as Rdd;
    expect([rdd.timeMs, rdd.partitioner, queued.timeMs]).to.deep.equal([1000, partitioner, undefined]);
    expect(rdd).not.to.equal(queued);
  });

  it('counts no records and takes nothing unless it is asked', () => {
    const { run, queue } = queueOf([1]);
    run.plan(1000);
    expect([run.info(1000), run.hasUnplanned(), queue.length]).to.deep.equal([{ numRecords: 0 }, false, 1]);
  });
});
