import { expect } from 'chai';
import { codeFrom } from '../../checkpoint/test/open.ts';
import { receiverInput, streamOps } from '../../internal.ts';
import { HashPartitioner } from '../../rdd/index.ts';
import { writeFile } from '../../storage/disk.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { type DiskCall, SimulatedDisk } from '../../testing/simulated-disk.ts';
import { Hand } from './hand.ts';

type Pair = readonly [key: string, value: number];

const sum = (values: number[], state: number | undefined) => values.reduce((a, b) => a + b, state ?? 0);

/** A program with a log, a state that is written after each batch, and segments of the log that last for two. */
function life(disk: SimulatedDisk, nowMs = 0) {
  const t = new EngineHarness({
    batchMs: 1000,
    disk,
    nowMs,
    recovers: true,
    checkpointDir: '/ck',
    onFailure: 'keep',
    conf: {
      'spark.streaming.receiver.writeAheadLog.enable': 'true',
      'spark.streaming.driver.writeAheadLog.rollingIntervalSecs': '2',
      'spark.streaming.gracefulStopTimeout': '5s',
    },
  });
  const hand = new Hand();
  const pairs = t.engine.addInput('receiverStream', receiverInput(hand));
  const read: Pair[] = [];
  const batches: number[] = [];
  let totals: Pair[] = [];
  streamOps.output(pairs, 'foreachRDD', async (rdd, timeMs) => {
    read.push(...((await rdd.ctx.runner.run(rdd, { kind: 'collect' })).flat() as Pair[]));
    batches.push(timeMs);
  });
  const state = streamOps.updateStateByKey(pairs, sum, { partitioner: new HashPartitioner(2), dialect: 'array' });
  state.graph.checkpointEvery(state.node, 1000);
  streamOps.output(state, 'foreachRDD', async (rdd) => {
    totals = ((await rdd.ctx.runner.run(rdd, { kind: 'collect' })).flat() as Pair[]).sort();
  });
  return { t, hand, read, batches, totals: () => totals };
}

/** Lets all that needs no time come to its end. */
async function settle(): Promise<void> {
  for (let i = 0; i < 40; i++) await new Promise((resolve) => setImmediate(resolve));
}

const STEPS = 14;
/** The disk is full from this step on, and has room again from the other. */
const FULL = [4, 9] as const;

/** Two records a batch, while the disk is full for those calls that `isMeant`; then a kill, and another batch in the next life. */
async function run(isMeant: (call: DiskCall) => boolean) {
  const disk = new SimulatedDisk();
  const first = life(disk);
  const { t, hand } = first;
  await t.start();
  let isFull = false;
  let refused = 0;
  disk.onCall = (call) => {
    if (!isFull || !isMeant(call)) return undefined;
    refused++;
    return { errno: 'ENOSPC' };
  };
  const acknowledged: Promise<void>[] = [];
  for (let step = 0; step < STEPS; step++) {
    isFull = step >= FULL[0] && step < FULL[1];
    acknowledged.push(
      hand.supervisor.storeAll([
        ['a', step],
        [`k${step % 3}`, 1],
      ]),
    );
    t.clock.advance(1000);
    await settle();
  }
  await Promise.all(acknowledged);
  await t.run(2);
  const { read, batches } = first;
  const [totals, messages] = [first.totals(), t.log.messages()];
  expect(t.failures).to.deep.equal([]);
  await t.crash();
  const second = life(disk, t.clock.now() + 500);
  await second.t.start();
  await second.hand.supervisor.storeAll([['a', 1000]]);
  await second.t.run(1);
  expect(second.t.failures).to.deep.equal([]);
  await second.t.stop();
  return { refused, read, batches, totals, after: second.totals(), messages };
}

describe('a full disk', function () {
  this.timeout(60_000);

  const inFolder = (folder: string, isNew: boolean) => (call: DiskCall) =>
    call.operation === 'write' && call.path.startsWith(`/ck/${folder}`) && call.path.endsWith('.tmp') === isNew;
  const operations: readonly (readonly [name: string, isMeant: (call: DiskCall) => boolean])[] = [
    ['an append to the log', inFolder('log/', false)],
    ['a new segment of the log', inFolder('log/', true)],
    ['the manifest of a checkpoint', inFolder('checkpoints/', true)],
    ['the file graph', inFolder('graph', true)],
    ['a state', inFolder('segments/', true)],
    ['pruning', ({ operation, path }) => operation === 'remove' && path.startsWith('/ck/log/')],
    ['any write', ({ operation }) => operation === 'write'],
  ];

  let calm: Awaited<ReturnType<typeof run>>;
  before(async () => {
    calm = await run(() => false);
  });

  for (const [name, isMeant] of operations) {
    it(`found by ${name} is waited for: the results are those of a disk with room`, async () => {
      const full = await run(isMeant);
      expect(full.refused).to.be.above(0);
      expect(full.read).to.deep.equal(calm.read);
      expect(full.batches).to.deep.equal(calm.batches);
      expect(full.totals).to.deep.equal(calm.totals);
      expect(full.after).to.deep.equal(calm.after);
      expect(full.messages.filter((message) => message.includes('The disk of /ck'))).to.satisfy(
        ([first, ...more]: string[]) => /is full/.test(first!) && /room again/.test(more.at(-1)!),
      );
      expect(calm.messages.join()).not.to.include('The disk of');
    });
  }

  /** A disk of 256 KiB, of which another program takes all but so much. */
  async function shared() {
    const disk = new SimulatedDisk({ capacityBytes: 256 * 1024 });
    await disk.makeDirectory('/other');
    const leave = (freeBytes: number) => {
      const other = disk.statNow('/other/file')?.sizeBytes ?? 0;
      const used = [...disk.sizes().values()].reduce((a, b) => a + b, 0) - other;
      return writeFile(disk, '/other/file', new Uint8Array(Math.max(0, disk.capacityBytes - used - freeBytes)));
    };
    return { disk, leave };
  }

  it('that gets low keeps receivers waiting, and no batch; it says how much is free and needed', async () => {
    const { disk, leave } = await shared();
    const { t, hand, batches, read } = life(disk);
    await t.start();
    await leave(28_000);
    // A write lets the disk be looked at.
    await hand.supervisor.storeAll([
      ['a', 1],
      ['x'.repeat(9000), 1],
    ]);
    await settle();
    let isStored = false;
    const storing = hand.supervisor.storeAll([['a', 2]]).then(() => {
      isStored = true;
    });
    await t.run(3);
    expect(isStored).to.equal(false);
    expect(batches).to.deep.equal([1000, 2000, 3000]);
    await leave(200_000);
    t.clock.advance(1000);
    await storing;
    await t.run(1);
    expect(read.filter(([key]) => key === 'a')).to.deep.equal([
      ['a', 1],
      ['a', 2],
    ]);
    const [low, room] = t.log.messages().filter((message) => message.includes('The disk of /ck'));
    expect(low).to.match(/nearly full \(0\.0 MiB free\).*receivers wait, batches go on; .* with 0\.0 MiB/);
    expect(room).to.match(/room again after 4 s \(0\.2 MiB free\)/);
    expect(t.failures).to.deep.equal([]);
    await t.stop();
  });

  for (const graceful of [false, true]) {
    it(`does not keep a ${graceful ? 'graceful ' : ''}stop waiting; what was acknowledged comes with the next start`, async () => {
      const disk = new SimulatedDisk();
      const { t, hand, read } = life(disk);
      await t.start();
      await hand.supervisor.storeAll([['a', 1]]);
      await t.run(1);
      await hand.supervisor.storeAll([['a', 2]]);
      disk.onCall = ({ operation }) => (operation === 'write' ? { errno: 'ENOSPC' } : undefined);
      const waiting = codeFrom(hand.supervisor.storeAll([['a', 3]]));
      await settle();
      t.clock.advance(1000);
      await settle();
      let isDown = false;
      const code = codeFrom(t.engine.awaitTermination());
      const stopped = t.engine.stop({ graceful, stopSparkContext: true }).then(() => {
        isDown = true;
      });
      for (let n = 0; n < 20 && !isDown; n++) {
        await settle();
        if (graceful) t.clock.advance(1000);
      }
      await stopped;
      expect(await waiting).to.equal('LOG_DISK_FULL');
      // Nothing says that the first batch is done but the last checkpoint, and there is none.
      expect(await code).to.equal('CHECKPOINT_FAILED');
      expect(t.failures).to.deep.equal([]);
      expect(read).to.deep.equal([['a', 1]]);
      disk.onCall = undefined;
      const second = life(disk, t.clock.now() + 500);
      await second.t.run(2);
      expect(second.read.filter(([, value]) => value > 1)).to.deep.equal([['a', 2]]);
      expect(second.totals()).to.deep.equal([['a', 3]]);
      await second.t.stop();
    });
  }

  it('at the start is said at once', async () => {
    const disk = new SimulatedDisk();
    disk.onCall = ({ operation, path }) =>
      operation === 'write' && path.startsWith('/ck/checkpoints') ? { errno: 'ENOSPC' } : undefined;
    const { t } = life(disk);
    expect(await codeFrom(t.start())).to.equal('CHECKPOINT_FAILED');
    await t.stop();
  });
});
