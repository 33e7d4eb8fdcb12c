import { expect } from 'chai';
import { receiverInput, streamOps } from '../../internal.ts';
import type { StoredBytes } from '../../source/receiver.ts';
import { type DiskFile, ioError, type OpenMode } from '../../storage/disk.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { Hand } from './hand.ts';

/** One whose bytes it alone understands: letters. */
class Letters extends Hand {
  readonly restored: string[] = [];
  onRestore({ bytes, position }: StoredBytes): readonly string[] {
    const letters = [...new TextDecoder().decode(bytes)];
    this.restored.push(`${position}:${letters.join('')}`);
    return letters;
  }
}

/** Nothing can be written to the log while it `isBroken`. */
class BrokenDisk extends MemoryDisk {
  isBroken = false;

  constructor() {
    super({ now: () => 0 });
  }

  override async open(path: string, mode: OpenMode): Promise<DiskFile> {
    const file = await super.open(path, mode);
    if (!path.includes('/log/')) return file;
    const write = file.write.bind(file);
    file.write = (bytes, position) =>
      this.isBroken ? Promise.reject(ioError('write', path, 'EIO')) : write(bytes, position);
    return file;
  }
}

const utf8 = (text: string) => new TextEncoder().encode(text);

function life(disk: MemoryDisk, nowMs: number, receiver: Hand, batches: Map<number, unknown[][]>, conf = {}) {
  const t = new EngineHarness({
    batchMs: 1000,
    disk,
    nowMs,
    recovers: true,
    checkpointDir: '/checkpoint',
    conf,
    onFailure: 'keep',
  });
  streamOps.output(t.engine.addInput('receiverStream', receiverInput(receiver)), 'foreachRDD', async (rdd, timeMs) => {
    if (batches.delete(-1)) throw new Error('the sink is away');
    batches.set(timeMs, (await rdd.ctx.runner.run(rdd, { kind: 'collect' })) as unknown[][]);
  });
  return t;
}

describe('the write-ahead log of receivers', () => {
  const WAL = { 'spark.streaming.receiver.writeAheadLog.enable': 'true' };

  for (const isOn of [true, false]) {
    it(`${isOn ? 'on: batches come back as they were cut, and what no batch had taken comes next' : 'off: what was received is gone'}`, async () => {
      const disk = new MemoryDisk({ now: () => 0 });
      const conf = isOn ? WAL : {};
      const before = new Map<number, unknown[][]>();
      const first = new Hand();
      const t = life(disk, 0, first, before, conf);
      await t.start();
      await first.supervisor.storeAll(['a', 'b']);
      await first.supervisor.storeBytes(utf8('c\nd\n'));
      await t.run(1);
      await first.supervisor.storeAll([{ e: 1 }]);
      // The batch is planned, and fails.
      before.set(-1, []);
      await t.run(1);
      expect(t.failures).to.have.length(1);
      await t.crash();
      const after = new Map<number, unknown[][]>();
      const second = new Hand();
      const u = life(disk, 3500, second, after, conf);
      await u.start();
      await u.engine.idle();
      await second.supervisor.storeAll(['new']);
      u.clock.advance(500);
      await u.engine.idle();
      expect(before.get(1000)).to.deep.equal([
        ['a', 'b'],
        ['c', 'd'],
      ]);
      const parts = (time: number) => after.get(time);
      // Batch 2000 runs again, 3000 fell into the down time.
      expect(parts(2000)).to.deep.equal(isOn ? [[{ e: 1 }]] : []);
      expect(parts(3000)).to.deep.equal([]);
      expect(parts(4000)).to.deep.equal([['new']]);
      await u.stop();
    });
  }

  it('keeps bytes of a receiver that can read them again, and says when they are safe', async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    const batches = new Map<number, unknown[][]>();
    const first = new Letters();
    const t = life(disk, 0, first, batches);
    await t.start();
    expect(first.supervisor.isDurable).to.equal(true);
    expect(await first.supervisor.storeBytes(utf8('ab'), { records: [['a'], ['b']] })).to.deep.equal({ position: 0 });
    await t.run(1);
    await first.supervisor.storeBytes(utf8('cd'), { records: [['c', 'd']] });
    await first.supervisor.storeBytes(utf8('e'), { records: [['e']] });
    await t.crash();
    const second = new Letters();
    const u = life(disk, 2500, second, batches);
    await u.start();
    await u.engine.idle();
    expect(second.restored.slice(-2)).to.deep.equal(['1:cd', '2:e']);
    expect(await second.supervisor.storeBytes(utf8('f'), { records: [['f']] })).to.deep.equal({ position: 3 });
    u.clock.advance(500);
    await u.engine.idle();
    expect(batches.get(1000)!.flat()).to.deep.equal(['a', 'b']);
    // In the first batch that was not planned, as in Spark, although it fell into the down time.
    expect(batches.get(2000)!.flat()).to.deep.equal(['c', 'd', 'e']);
    expect(batches.get(3000)!.flat()).to.deep.equal(['f']);
    await u.run(3);
    await u.stop();
  });

  it('has nothing in a batch that had nothing when it ran, though a record came before its checkpoint', async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    const first = new Hand();
    const before = new Map<number, unknown[][]>();
    const t = life(disk, 0, first, before, WAL);
    await t.start();
    await t.run(1);
    // The second batch is not over when the process ends.
    before.set(-1, []);
    await t.run(1);
    await first.supervisor.storeAll(['a']);
    await t.crash();
    for (const nowMs of [3500, 4500]) {
      const after = new Map<number, unknown[][]>();
      const u = life(disk, nowMs, new Hand(), after, WAL);
      await u.start();
      await u.engine.idle();
      // The second life is another one that ends before it is told that its batches are over.
      const seen = [...after].map(([timeMs, parts]) => [timeMs, ...parts.flat()]);
      if (nowMs === 3500) expect(seen).to.deep.equal([[2000], [3000, 'a']]);
      else expect(seen).to.deep.equal([[4000]]);
      await u.crash();
    }
  });

  it('runs no batch any more once one could not be written down: a later one would stand on what that had taken', async () => {
    const disk = new BrokenDisk();
    const batches = new Map<number, unknown[][]>();
    const hand = new Hand();
    const t = life(disk, 0, hand, batches, WAL);
    await t.start();
    await hand.supervisor.storeAll(['a']);
    disk.isBroken = true;
    // The second has nothing to write down.
    await t.run(2);
    expect(t.failures.map(({ timeMs }) => timeMs)).to.include.members([1000, 2000]);
    expect([...batches]).to.deep.equal([]);
    await t.stop().catch(() => {});
    disk.isBroken = false;
    const u = life(disk, 2500, new Hand(), batches, WAL);
    await u.start();
    await u.run(1);
    expect([...batches].flatMap(([, parts]) => parts.flat())).to.deep.equal(['a']);
    await u.stop();
  });

  it('is kept for as long as a batch that was dropped from memory can be asked for', async () => {
    const conf = {
      ...WAL,
      'spark.streaming.driver.writeAheadLog.rollingIntervalSecs': 1,
      'dstreams.memory.blockBytesMax': 0,
    };
    const remember = 20_000;
    const t = new EngineHarness({ batchMs: 1000, checkpointDir: '/checkpoint', conf, remember });
    const hand = new Hand();
    const input = t.engine.addInput('receiverStream', receiverInput(hand));
    streamOps.output(input, 'foreachRDD', (rdd) => rdd.ctx.runner.run(rdd, { kind: 'count' }));
    await t.start();
    for (let batch = 1; batch <= 10; batch++) {
      await hand.supervisor.storeAll([batch]);
      await t.run(1);
    }
    const slices = await t.engine.slice(input.node, 1000, 10_000);
    const read = await Promise.all(slices.map((rdd) => rdd.ctx.runner.run(rdd, { kind: 'collect' })));
    expect(read.flat(2)).to.deep.equal([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    await t.stop();
  });

  for (const log of ['receiver', 'driver']) {
    it(`goes on in a new file after the time that is set for the ${log}'s log`, async () => {
      const files = new Set<string>();
      class WatchedDisk extends MemoryDisk {
        override open(path: string, mode: OpenMode): Promise<DiskFile> {
          if (/\/log\/segment-\d+\.log$/.test(path)) files.add(path);
          return super.open(path, mode);
        }
      }
      const conf = { ...WAL, [`spark.streaming.${log}.writeAheadLog.rollingIntervalSecs`]: '2' };
      const disk = new WatchedDisk({ now: () => 0 });
      const t = new EngineHarness({ batchMs: 60_000, disk, checkpointDir: '/checkpoint', conf });
      const hand = new Hand();
      streamOps.output(t.engine.addInput('receiverStream', receiverInput(hand)), 'foreachRDD', () => {});
      await t.start();
      for (let second = 0; second < 10; second++) {
        await hand.supervisor.storeAll([second]);
        t.clock.advance(1000);
      }
      expect(files.size).to.equal(5);
      await t.stop();
    });
  }

  it('needs a checkpoint directory', () => {
    const t = new EngineHarness({ batchMs: 1000, conf: WAL });
    streamOps.output(t.engine.addInput('receiverStream', receiverInput(new Hand())), 'foreachRDD', () => {});
    expect(() => t.engine.start()).to.throw('Cannot enable receiver write-ahead log without checkpoint directory set');
  });
});
