import { expect } from 'chai';
import { ManualClock, SeededRandom, type ServiceHost, type ServiceLog } from '../../core/internal.ts';
import { createTestContext, SimulatedDisk } from '../../testing/index.ts';
import { OutputStream } from '../egress/output-stream.ts';
import { PublishedLog } from '../egress/published-log.ts';
import { RetainedBatch } from '../egress/retained-batch.ts';
import { startGateway } from '../index.ts';
import { closeAll, Peer } from './peer.ts';

const LIMITS = { frameBytes: 1 << 20, recordsPerFrame: 1 };
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

  /** Parts that were on the disk when the program was stopped, of those that were to be: with a disk that was full. */
  for (const left of [[1], [0], [2], [0, 1], [1, 2], [0, 2]]) {
    it(`are there again where a stop has left of one the parts ${left}, and it was published anew`, async () => {
      const records: Uint8Array[] = [];
      let writes = (_part: number) => true;
      let part = 0;
      const log: ServiceLog = {
        append: async (payload) => {
          if (!writes(part++)) throw new Error('the disk is full');
          return records.push(Buffer.concat(payload)) - 1;
        },
        prune: async () => {},
      };
      const open = async () => {
        const stream = new OutputStream('out', 1, { ms: 1e9, bytes: 1e9 }, LIMITS, () => new ManualClock());
        const host = {
          openLog: async (_: string, visit: (sequence: number, payload: Uint8Array) => void) => {
            for (const [sequence, payload] of records.entries()) visit(sequence, payload);
            return log;
          },
        } as unknown as ServiceHost;
        const published = await PublishedLog.open(host, 'epoch', new Map([['out', stream]]));
        part = 0;
        return { stream, write: (batch: RetainedBatch) => published!.write(stream, batch) };
      };
      const batchOf = (...letters: string[]) => RetainedBatch.of(1000, letters, LIMITS);
      writes = (n) => left.includes(n);
      const first = await open();
      await first.write(batchOf('a', 'b', 'c')).then(
        () => expect.fail('it was written'),
        () => {},
      );
      writes = () => true;
      const second = await open();
      expect(second.stream.after(0)).to.equal(undefined);
      await second.write(batchOf('d', 'e', 'f'));
      const { stream } = await open();
      const parts = stream.after(0)?.parts ?? [];
      expect(parts.map(({ bytes }) => bytes.toString())).to.deep.equal(['["d"]', '["e"]', '["f"]']);
    });
  }
});
