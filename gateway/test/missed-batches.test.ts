import { expect } from 'chai';
import { type Disk, MemoryDisk, OUTPUT, type OutputSink } from '../../core/internal.ts';
import { createTestContext, type TestContext } from '../../testing/index.ts';
import { startGateway } from '../index.ts';
import { closeAll, Peer, turn } from './peer.ts';

interface LifeOptions {
  readonly disk?: Disk;
  readonly nowMs?: number;
  /** Batches whose records cannot be computed. */
  readonly failing?: readonly number[];
  /** Batches whose records the publisher gets when `open` is called, not before. */
  readonly held?: readonly number[];
  readonly concurrentJobs?: number;
}

const contexts: TestContext[] = [];

/** A life of a program that publishes the time of each batch as `out`, and of each other one as `slow`. */
async function life({ disk, nowMs = 0, failing = [], held = [], concurrentJobs = 1 }: LifeOptions) {
  const t = createTestContext({
    batchMs: 1000,
    nowMs,
    onFailure: 'keep',
    conf: { 'spark.streaming.concurrentJobs': concurrentJobs },
    ...(disk === undefined ? {} : { disk, recovers: true, checkpointDir: '/checkpoint' }),
  });
  contexts.push(t);
  const gateway = startGateway(t.ssc, { port: 0, ...(disk === undefined ? { durability: 'memory' } : {}) });
  let open!: () => void;
  const gate = new Promise<void>((resolve) => {
    open = resolve;
  });
  const begun: number[] = [];
  const heldBack = (publisher: object) => {
    const sink = (publisher as { [OUTPUT]: OutputSink })[OUTPUT];
    const write = async (...[rdd, timeMs]: Parameters<OutputSink['write']>) => {
      begun.push(timeMs);
      if (held.includes(timeMs)) await gate;
      await sink.write(rdd, timeMs);
    };
    return Object.assign(async () => {}, { [OUTPUT]: { ...sink, write } });
  };
  const ticks = t.ssc.receiverStream(gateway.receiver('in'));
  const times = ticks.transform((rdd, time) => rdd.context().parallelize([Number(time)], 1));
  const sound = times.map((timeMs) => {
    if (failing.includes(timeMs)) throw new Error(`no batch ${timeMs}`);
    return timeMs;
  });
  sound.foreachRDD(heldBack(gateway.publisher('out')));
  ticks.window(2000, 2000).count().foreachRDD(gateway.publisher('slow'));
  await t.start();
  return {
    t,
    begun,
    open,
    metrics: async () => (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text(),
    warnings: () => t.log.messages('WARN').filter((message) => message.startsWith('gateway.publisher')),
    reader: (position: object, stream = 'out') => subscribed(`ws://127.0.0.1:${gateway.port}/`, stream, position),
  };
}

async function subscribed(url: string, stream: string, position: object) {
  const peer = await Peer.connect({ url });
  peer.send({ t: 'sub', id: 1, stream, ...position });
  await peer.next('subok');
  /** What comes up to a batch: times of batches, and gaps. */
  return async (lastMs: number): Promise<unknown[]> => {
    await peer.next('batch', ({ batchTime }) => batchTime === lastMs).then((last) => peer.messages.push(last));
    return peer.messages
      .splice(0)
      .map(({ t, batchTime, from, to, why }) => (t === 'gap' ? { from, to, why } : batchTime));
  };
}

const gap = (from: number, to: number) => ({ from, to, why: 'retention' });

describe('batches that are not published in their time', () => {
  afterEach(async () => {
    await closeAll();
    for (const t of contexts.splice(0)) await t.stop();
  });

  it('are waited for by those that are over before', async () => {
    const { t, begun, open, reader, warnings } = await life({ concurrentJobs: 4, held: [1000] });
    const comes = await reader({ from: 'earliest' });
    t.clock.advance(3000);
    while (!begun.includes(3000)) await turn();
    for (let i = 0; i < 20; i++) await turn();
    open();
    expect(await comes(3000)).to.deep.equal([1000, 2000, 3000]);
    expect(warnings()).to.deep.equal([]);
  });

  it('are told as a gap where they fail after later ones were computed', async () => {
    const { t, begun, open, reader } = await life({ concurrentJobs: 4, held: [1000], failing: [1000] });
    const comes = await reader({ from: 'earliest' });
    t.clock.advance(2000);
    while (!begun.includes(2000)) await turn();
    open();
    expect(await comes(2000)).to.deep.equal([gap(0, 2000), 2000]);
  });

  it('are told as a gap, with a warning and in the metrics, also when they run again after a restart', async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    const first = await life({ disk, failing: [2000, 3000] });
    const comes = await first.reader({ from: 'latest' });
    await first.t.run(5);
    expect(await comes(5000)).to.deep.equal([1000, gap(1000, 4000), 4000, 5000]);
    const positions = [
      { position: { from: 'earliest' }, gives: [1000, gap(1000, 4000), 4000, 5000] },
      { position: { from: { after: 1000 } }, gives: [gap(1000, 4000), 4000, 5000] },
      { position: { from: { after: 2000 } }, gives: [gap(2000, 4000), 4000, 5000] },
      { position: { from: { batchTime: 4000 } }, gives: [4000, 5000] },
      { position: { from: { after: 4000 } }, gives: [5000] },
    ];
    for (const { position, gives } of positions) {
      expect(await (await first.reader(position))(5000)).to.deep.equal(gives);
    }
    expect(await (await first.reader({ from: 'earliest' }, 'slow'))(4000)).to.deep.equal([2000, 4000]);
    expect(first.warnings()).to.have.length(1);
    expect(first.warnings()[0]).to.match(/"out"\) goes on with the batch 4000 ms without 2000, 3000 ms/);
    const metrics = await first.metrics();
    expect(metrics).to.match(/^dstreams_gateway_batches_missed_total 2$/m);
    expect(metrics).to.match(/^dstreams_gateway_resumes_gap_total 2$/m);
    await first.t.crash();

    const second = await life({ disk, nowMs: 5500 });
    second.t.clock.advance(500);
    await second.t.run(0);
    for (const { position, gives } of positions) {
      expect(await (await second.reader(position))(6000)).to.deep.equal([...gives, 6000]);
    }
    expect(second.begun).to.include.members([2000, 3000, 6000]);
    expect(second.warnings()).to.have.length(2);
    expect(second.warnings()[0]).to.match(/"out"\) went on without the batch 2000 ms/);
  });

  it('are published when they run again before any later one was', async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    const first = await life({ disk, failing: [2000, 3000] });
    await first.t.run(3);
    await first.t.crash();
    const second = await life({ disk, nowMs: 3000, failing: [3000] });
    await second.t.run(1);
    expect(await (await second.reader({ from: 'earliest' }))(4000)).to.deep.equal([1000, 2000, gap(2000, 4000), 4000]);
  });

  it('are told as a gap where they are too many to run again', async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    const failing = Array.from({ length: 150 }, (_, i) => 2000 + i * 1000);
    const first = await life({ disk, failing });
    await first.t.run(151);
    await first.t.crash();
    const second = await life({ disk, nowMs: 151_000 });
    await second.t.run(1);
    const again = second.begun[0]!;
    expect(again).to.be.above(2000);
    const came = await (await second.reader({ from: 'earliest' }))(152_000);
    expect(came.slice(0, 4)).to.deep.equal([1000, gap(1000, again), again, again + 1000]);
    expect(came).to.have.length(3 + second.begun.length - 1);
  });
});
