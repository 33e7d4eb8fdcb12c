import { expect } from 'chai';
import { SeededRandom } from '../../core/internal.ts';
import { createTestContext, SimulatedDisk } from '../../testing/index.ts';
import { startGateway } from '../index.ts';
import { closeAll, Peer } from './peer.ts';

const PER_BATCH = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** A life of a program that publishes a letter of its own in each batch; `runs` counts how often each was computed. */
async function life(disk: SimulatedDisk, nowMs: number, retentionMs = 3_600_000) {
  const runs = new Map<number, number>();
  const t = createTestContext({ batchMs: 1000, disk, nowMs, recovers: true, checkpointDir: '/checkpoint' });
  const gateway = startGateway(t.ssc, { port: 0, limits: { retentionMs, recordsPerFrame: 2 } });
  const numbers = t.ssc.receiverStream(gateway.receiver('in'));
  // What a batch gives depends on its time alone, three records of it: two parts.
  const letters = numbers.transform((rdd, time) => {
    runs.set(Number(time), (runs.get(Number(time)) ?? 0) + 1);
    const letter = PER_BATCH[Number(time) / 1000 - 1];
    return rdd.context().parallelize([`${letter}1`, `${letter}2`, `${letter}3`], 1);
  });
  letters.foreachRDD(gateway.publisher('out'));
  await t.start();
  return { t, gateway, runs, url: `ws://127.0.0.1:${gateway.port}/` };
}

/** What a subscriber is given, until `count` batches are whole. */
async function read(server: { url: string }, position: object, count: number) {
  const peer = await Peer.connect(server);
  peer.send({ t: 'sub', id: 1, stream: 'out', ...position });
  const { epoch } = await peer.next('subok');
  const batches = new Map<number, string[]>();
  for (let whole = 0; whole < count; ) {
    const { batchTime, part, records } = await peer.next('batch');
    batches.set(batchTime, [...(batches.get(batchTime) ?? []), ...(records as string[])]);
    if (part[0] === part[1] - 1) whole++;
  }
  const gaps = peer.messages.filter(({ t }) => t === 'gap');
  peer.ws.terminate();
  return { epoch, batches: [...batches], gaps };
}

const batchOf = (timeMs: number) => [timeMs, [1, 2, 3].map((n) => `${PER_BATCH[timeMs / 1000 - 1]}${n}`)];

describe('published batches', () => {
  afterEach(closeAll);

  for (const seed of [1, 2, 3, 4, 5, 6]) {
    it(`are there again after a loss of power, for who had seen some of them (seed ${seed})`, async () => {
      const random = new SeededRandom(seed);
      const disk = new SimulatedDisk({ random: random.fork(), sectorBytes: 16 });
      const first = await life(disk, 0);
      await first.t.run(3);
      const seen = await read(first, { from: 'earliest' }, 3);
      expect(seen.batches).to.deep.equal([1000, 2000, 3000].map(batchOf));
      const crashed = disk.crashed(random.fork());
      await first.t.crash();

      const second = await life(crashed, 3000);
      expect((await read(second, { from: { after: 1000 }, epoch: seen.epoch }, 2)).batches).to.deep.equal(
        [2000, 3000].map(batchOf),
      );
      await second.t.run(2);
      const resumed = await read(second, { from: { after: 3000 }, epoch: seen.epoch }, 2);
      expect(resumed).to.deep.equal({ epoch: seen.epoch, batches: [4000, 5000].map(batchOf), gaps: [] });
      await second.t.stop();

      const third = await life(crashed, 5000, 1000);
      await third.t.run(1);
      const { gaps, batches } = await read(third, { from: { after: 2000 }, epoch: seen.epoch }, 2);
      expect(batches).to.deep.equal([5000, 6000].map(batchOf));
      expect(gaps.map(({ from, to, why }) => ({ from, to, why }))).to.deep.equal([
        { from: 2000, to: 5000, why: 'retention' },
      ]);
      await third.t.stop();
    });
  }

  it('are told from those of a program that begins anew', async () => {
    const disk = new SimulatedDisk();
    const first = await life(disk, 0);
    await first.t.run(2);
    const { epoch } = await read(first, { from: 'earliest' }, 2);
    await first.t.stop();
    for (const path of [...disk.sizes().keys()].filter((name) => /graph$|checkpoint-\d+$/.test(name))) {
      await disk.remove(path);
    }
    const second = await life(disk, 0);
    await second.t.run(1);
    const again = await read(second, { from: { after: 1000 }, epoch }, 1);
    expect(again.epoch).not.to.equal(epoch);
    expect(again.batches).to.deep.equal([batchOf(1000)]);
    await second.t.stop();
  });
});
