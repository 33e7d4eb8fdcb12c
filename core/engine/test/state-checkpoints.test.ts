import { expect } from 'chai';
import { newestManifest } from '../../checkpoint/index.ts';
import { receiverInput, streamOps } from '../../internal.ts';
import { HashPartitioner } from '../../rdd/index.ts';
import type { DiskFile, OpenMode } from '../../storage/disk.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { EngineHarness, type HarnessOptions } from '../../testing/harness.ts';
import { Hand } from './hand.ts';

/** A disk on which a new segment of state has to wait while `isSlow`. */
class SlowDisk extends MemoryDisk {
  isSlow = false;
  private readonly waiting: (() => void)[] = [];

  constructor() {
    super({ now: () => 0 });
  }

  override async open(path: string, mode: OpenMode): Promise<DiskFile> {
    if (this.isSlow && path.includes('/segments/')) await new Promise<void>((resolve) => this.waiting.push(resolve));
    return super.open(path, mode);
  }

  get waitingCount(): number {
    return this.waiting.length;
  }

  goOn(): void {
    this.isSlow = false;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

const add = (a: number, b: number) => a + b;

const sum = (values: number[], state: number | undefined) => values.reduce(add, state ?? 0);

const WAL = { 'spark.streaming.receiver.writeAheadLog.enable': 'true' };

const recovering = (disk: SlowDisk, nowMs: number, more: Pick<HarnessOptions, 'conf' | 'onFailure'> = {}) =>
  new EngineHarness({ batchMs: 1000, disk, nowMs, recovers: true, checkpointDir: '/checkpoint', ...more });

/** Batches `from` to `to` with a checkpoint after each, of which none can write its state; then the process is killed. */
async function crashAheadOfState(t: EngineHarness, disk: SlowDisk, from: number, to: number, ended = () => {}) {
  disk.isSlow = true;
  for (let batch = from; batch <= to; batch++) {
    t.clock.advance(1000);
    await t.engine.batchesEnded();
    ended();
    while ((await newestManifest(disk, '/checkpoint'))!.batchTimeMs < batch * 1000) await new Promise(setImmediate);
  }
  const crashed = t.crash();
  disk.goOn();
  await crashed;
}

/** A receiver without a log, and a state that is written after each batch. */
function life(disk: SlowDisk, nowMs: number) {
  const t = recovering(disk, nowMs);
  const hand = new Hand();
  const pairs = t.engine.addInput('receiverStream', receiverInput(hand));
  const state = streamOps.updateStateByKey(pairs, sum, { partitioner: new HashPartitioner(2), dialect: 'array' });
  state.graph.checkpointEvery(state.node, 1000);
  let totals: unknown[] = [];
  streamOps.output(state, 'foreachRDD', async (rdd) => {
    totals = (await rdd.ctx.runner.run(rdd, { kind: 'collect' })).flat().sort();
  });
  return { t, hand, totals: () => totals };
}

/** One batch, whose state is still being written when it has ended, and so is its checkpoint. */
async function batchAheadOfItsState(disk: SlowDisk) {
  const { t, hand, totals } = life(disk, 0);
  await t.start();
  disk.isSlow = true;
  await hand.supervisor.storeAll([
    ['a', 1],
    ['b', 2],
  ]);
  t.clock.advance(1000);
  await t.engine.batchesEnded();
  while (!manifests(disk).includes('0000000002')) await new Promise(setImmediate);
  expect(disk.waitingCount).to.be.above(0);
  expect(totals()).to.deep.equal([
    ['a', 1],
    ['b', 2],
  ]);
  return t;
}

const manifests = (disk: SlowDisk): string => disk.listNow('/checkpoint/checkpoints').join();

/** What the state is after one more record, in the next life. */
async function totalsAfterwards(disk: SlowDisk, nowMs: number) {
  const { t, hand, totals } = life(disk, nowMs);
  await t.start();
  await hand.supervisor.storeAll([['a', 10]]);
  await t.run(1);
  await t.stop();
  return totals();
}

describe('state in checkpoints', () => {
  it('comes with a checkpoint of its own where it is written after that of its batch', async () => {
    const disk = new SlowDisk();
    const t = await batchAheadOfItsState(disk);
    disk.goOn();
    await t.engine.idle();
    await t.crash();
    expect(await totalsAfterwards(disk, 1000)).to.deep.equal([
      ['a', 11],
      ['b', 2],
    ]);
  });

  it('is in the last checkpoint of a stop that comes while it is being written', async () => {
    const disk = new SlowDisk();
    const t = await batchAheadOfItsState(disk);
    const stopped = t.stop();
    await new Promise(setImmediate);
    disk.goOn();
    await stopped;
    expect(await totalsAfterwards(disk, 1000)).to.deep.equal([
      ['a', 11],
      ['b', 2],
    ]);
  });

  it('is there until it is written when many batches run again, and nothing is said to be wrong', async () => {
    const disk = new SlowDisk();
    let { t, hand } = life(disk, 0);
    await t.start();
    await hand.supervisor.storeAll([['a', 1]]);
    await t.run(1);
    await t.crash();
    ({ t } = life(disk, 60_500));
    await t.start();
    await t.engine.idle();
    expect(t.log.messages('INFO').join()).to.include('running 59 batches again');
    expect([...t.log.messages('WARN'), ...t.log.messages('ERROR')]).to.deep.equal([]);
    await t.crash();
    expect(await totalsAfterwards(disk, 61_500)).to.deep.equal([['a', 11]]);
  });

  it('is old where later ones could not be written, and what is made from it does not go before its stream has a batch', async () => {
    const disk = new SlowDisk();
    const kept: unknown[][] = [];
    const program = (nowMs: number) => {
      const t = recovering(disk, nowMs, { conf: WAL });
      const hand = new Hand();
      const pairs = t.engine.addInput('receiverStream', receiverInput(hand));
      const every2 = { windowMs: 2000, slideMs: 2000 };
      const subtract = (a: number, b: number) => a - b;
      const by = new HashPartitioner(1);
      const window = streamOps.reduceByKeyAndInverseWindow(pairs, add, subtract, undefined, every2, by, 'array');
      window.graph.checkpointEvery(window.node, 2000);
      streamOps.output(window, 'foreachRDD', async (rdd) => {
        kept.push((await rdd.ctx.runner.run(rdd, { kind: 'collect' })).flat().sort());
      });
      return { t, hand };
    };
    let { t, hand } = program(0);
    await t.start();
    await hand.supervisor.storeAll([['a', 1]]);
    await t.run(2);
    await t.engine.idle();
    await hand.supervisor.storeAll([['b', 2]]);
    await crashAheadOfState(t, disk, 3, 12);
    ({ t, hand } = program(12_500));
    await t.start();
    kept.length = 0;
    await t.run(1);
    expect(kept).to.deep.equal([]);
    await hand.supervisor.storeAll([['c', 3]]);
    await t.run(1);
    expect(kept).to.deep.equal([
      [
        ['a', 0],
        ['b', 0],
        ['c', 3],
      ],
    ]);
    await t.stop();
  });

  /** A state of every batch, or of every second one; its output and its function fail when told to. */
  function failingProgram(disk: SlowDisk, nowMs: number, slide: number) {
    const t = recovering(disk, nowMs, { conf: WAL, onFailure: 'keep' });
    const hand = new Hand();
    const program = { t, hand, failing: { output: false, state: false }, totals: [] as unknown[] };
    const received = t.engine.addInput('receiverStream', receiverInput(hand));
    const pairs = slide === 1 ? received : streamOps.window(received, slide * 1000, slide * 1000);
    const update = (values: number[], state: number | undefined) => {
      if (program.failing.state) throw new Error('the state fails');
      return sum(values, state);
    };
    const state = streamOps.updateStateByKey(pairs, update, { partitioner: new HashPartitioner(1), dialect: 'array' });
    state.graph.checkpointEvery(state.node, slide * 1000);
    streamOps.output(state, 'foreachRDD', async (rdd) => {
      if (program.failing.output) throw new Error('the output fails');
      program.totals = (await rdd.ctx.runner.run(rdd, { kind: 'collect' })).flat().sort();
    });
    streamOps.output(received, 'foreachRDD', () => {});
    return program;
  }

  for (const slide of [1, 2]) {
    const every = slide === 1 ? 'every batch' : 'every second batch';

    it(`fails, and is made up for by the next one, however many batches of others lie between: of ${every}`, async () => {
      const program = failingProgram(new SlowDisk(), 0, slide);
      const { t, hand, failing } = program;
      await t.start();
      await hand.supervisor.storeAll([['a', 1]]);
      await t.run(slide);
      await hand.supervisor.storeAll([['b', 2]]);
      failing.state = true;
      await t.run(3 * slide);
      expect(t.failures).to.have.length(3);
      failing.state = false;
      await t.run(2 * slide - 1);
      await hand.supervisor.storeAll([['a', 3]]);
      await t.run(1);
      expect(t.failures).to.have.length(3);
      expect(program.totals).to.deep.equal([
        ['a', 4],
        ['b', 2],
      ]);
      await t.stop();
    });

    it(`is old where a batch runs again, and stays until a newer batch has made what it needs of it: of ${every}`, async () => {
      const disk = new SlowDisk();
      let program = failingProgram(disk, 0, slide);
      await program.t.start();
      await program.hand.supervisor.storeAll([['a', 1]]);
      await program.t.run(1);
      program.failing.output = true;
      await program.hand.supervisor.storeAll([['b', 2]]);
      const { failing } = program;
      await crashAheadOfState(program.t, disk, 2, 6, () => {
        failing.output = false;
      });

      program = failingProgram(disk, 6500, slide);
      const { t } = program;
      await t.start();
      await t.engine.idle();
      await t.run(slide - 1);
      expect(t.failures).to.deep.equal([]);
      program.failing.state = true;
      await t.run(1);
      expect(t.failures).to.have.length(1);
      program.failing.state = false;
      await t.run(slide);
      expect(t.failures).to.have.length(1);
      expect(program.totals).to.deep.equal([
        ['a', 1],
        ['b', 2],
      ]);
      await t.stop();
    });
  }
});
