import { expect } from 'chai';
import { ManualClock } from '../../core/internal.ts';
import { OutputStream, type Reader } from '../egress/output-stream.ts';
import { RetainedBatch } from '../egress/retained-batch.ts';
import { Subscription } from '../egress/subscription.ts';
import { type FrameCodec, JSON_CODEC, MSGPACK_CODEC } from '../protocol/codec.ts';
import type { Speaker } from '../server/speaker.ts';
import { Subscriptions } from '../server/subscriptions.ts';
import { turn } from './peer.ts';

const LIMITS = { frameBytes: 1 << 20, recordsPerFrame: 1000 };

describe('an output stream', () => {
  it('wakes its readers a few ms of them in a turn, and nobody who has left', async () => {
    let nowMs = 0;
    const clock = { monotonic: () => nowMs, yield: turn };
    const stream = new OutputStream('out', 1, { ms: 1000, bytes: 1000 }, LIMITS, () => clock);
    const woken: string[] = [];
    const readers = [...'abcdefgh'].map((name): Reader => {
      const wake = () => {
        nowMs++;
        woken.push(name);
      };
      return { wake };
    });
    for (const reader of readers) stream.readers.add(reader);
    stream.publish(RetainedBatch.of(1, [], LIMITS));
    expect(woken.join('')).to.equal('abc');
    stream.readers.delete(readers[4]!);
    // The next batch begins at the front; those behind wait no longer for that.
    stream.publish(RetainedBatch.of(2, [], LIMITS));
    expect(woken.join('')).to.equal('abcabc');
    while (!woken.join('').endsWith('hh')) await turn();
    expect([...woken].sort().join('')).to.equal('aabbccddffgghh');
  });

  const UNLIMITED = { records: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
  /** Two hundred batches of 100 KB, of which none is over before this time. */
  const hundreds = (ms: number) => {
    const clock = new ManualClock();
    const stream = new OutputStream('out', 1, { ms, bytes: 1e9 }, LIMITS, () => clock);
    for (let i = 1; i <= 200; i++) stream.publish(RetainedBatch.of(i, [`${i}`, 'x'.repeat(100_000)], LIMITS));
    const readerFrom = (afterMs: number, codec: FrameCodec, sendFrame: () => void) => {
      const outlet = {
        codec,
        isFull: false,
        sendFrame,
        sendGap: () => {},
        broke: (error: unknown) => expect.fail(String(error)),
      };
      return new Subscription(
        { sub: 1, stream, isManual: false, credit: UNLIMITED, afterMs, gap: undefined },
        outlet,
        clock,
      );
    };
    return { stream, readerFrom };
  };
  const arrayBuffers = async () => {
    for (let i = 0; i < 3; i++) {
      gc!();
      await turn();
    }
    return process.memoryUsage().arrayBuffers;
  };
  /** What is kept more than before, once it is no more than this. What is freed is counted some time later. */
  const keptBytes = async (before: number, most: number) => {
    let kept = Number.POSITIVE_INFINITY;
    for (let i = 0; i < 100 && kept > most; i++) {
      await turn();
      gc!();
      kept = process.memoryUsage().arrayBuffers - before;
    }
    return kept;
  };

  for (const codec of [JSON_CODEC, MSGPACK_CODEC]) {
    it(`keeps little for who reads all that there is (${codec.name})`, async () => {
      const { stream, readerFrom } = hundreds(1e9);
      let count = 0;
      const before = await arrayBuffers();
      readerFrom(0, codec, () => count++).start();
      while (count < 200) await turn();
      // Twenty batches of 100 KB, twice for msgpack; it was all of them.
      expect(await keptBytes(before, 6_000_000)).to.be.at.most(6_000_000);
      expect(stream.sizeBytes).to.be.above(20_000_000);
    });
  }

  it('keeps little for those who leave while a batch is made ready for them', async () => {
    const { stream, readerFrom } = hundreds(1e9);
    const before = await arrayBuffers();
    for (let afterMs = 0; afterMs < 200; afterMs++) {
      const reader = readerFrom(afterMs, MSGPACK_CODEC, () => {});
      reader.start();
      reader.stop();
      await turn();
    }
    expect(await keptBytes(before, 6_000_000)).to.be.at.most(6_000_000);
    expect(stream.sizeBytes).to.be.above(20_000_000);
  });

  for (const codec of [JSON_CODEC, MSGPACK_CODEC]) {
    it(`keeps nothing of batches that are over, whoever has read them (${codec.name})`, async () => {
      const before = await arrayBuffers();
      const { stream, readerFrom } = hundreds(1000);
      let count = 0;
      readerFrom(0, codec, () => count++).start();
      while (count < 200) await turn();
      for (let i = 0; i < 5; i++) stream.publish(RetainedBatch.of(5000 + i, [], LIMITS));
      expect(await keptBytes(before, 100_000)).to.be.at.most(100_000);
      expect(stream.oldestMs).to.equal(5000);
    });
  }

  for (const [what, bytes] of [
    ['small', 10],
    ['large', 200_000],
  ] as const) {
    it(`ends whoever cannot be sent a ${what} batch, and nobody else`, async () => {
      const clock = new ManualClock();
      const stream = new OutputStream('out', 1, { ms: 1e9, bytes: 1e9 }, LIMITS, () => clock);
      const said: string[] = [];
      const reader = (name: string, codec: FrameCodec) => {
        const broke = (error: unknown) => said.push(`${name}: ${(error as Error).message}`);
        const outlet = { codec, isFull: false, sendFrame: () => said.push(name), sendGap: () => {}, broke };
        const options = { sub: 1, stream, isManual: false, credit: UNLIMITED, afterMs: 0, gap: undefined };
        new Subscription(options, outlet, clock).start();
      };
      reader('first', MSGPACK_CODEC);
      reader('second', JSON_CODEC);
      for (const timeMs of [1, 2]) {
        const batch = RetainedBatch.of(timeMs, ['x'.repeat(bytes)], LIMITS);
        // There is none yet that has no form in msgpack: it would be a fault.
        Object.defineProperty(batch, 'packed', { value: () => expect.fail('it has no form') });
        stream.publish(batch);
      }
      while (said.length < 3) await turn();
      expect(said.toSorted()).to.deep.equal(['first: it has no form', 'second', 'second']);
      expect(stream.readers.size).to.equal(1);
    });
  }

  it('says after which batch the latest begin, also where a recovery has kept none: who comes again there has missed nothing', () => {
    const clock = new ManualClock();
    const stream = new OutputStream('out', 1, { ms: 1e9, bytes: 1e9 }, LIMITS, () => clock);
    stream.resumeAfter(5);
    const said: object[] = [];
    const hub = {
      outputs: new Map([['out', stream]]),
      limits: { subscriptions: 64 },
      metrics: { counters: { add() {} } },
      epoch: 'e',
      clock,
    };
    const subscriptions = new Subscriptions({
      hub,
      codec: JSON_CODEC,
      isFull: false,
      send: (message: object) => said.push(message),
      sendFrame: (frame: Buffer) => said.push(JSON.parse(frame.toString())),
    } as unknown as Speaker);
    subscriptions.allow({ pub: [], sub: ['*'] });
    subscriptions.add({ t: 'sub', id: 1, stream: 'out', from: 'latest' });
    expect(said[0]).to.include({ t: 'subok', latest: 5 });
    subscriptions.remove(1);
    subscriptions.add({ t: 'sub', id: 2, stream: 'out', from: { after: 5 }, epoch: 'e' });
    stream.publish(RetainedBatch.of(6, ['a'], LIMITS));
    expect(said.slice(1).map((message) => (message as { t: string }).t)).to.deep.equal(['subok', 'batch']);
    subscriptions.close();
  });

  const batchOf = (timeMs: number) => RetainedBatch.of(timeMs, ['a', 'b', 'c'], { ...LIMITS, recordsPerFrame: 2 });
  const RECOVERIES: Readonly<Record<string, (stream: OutputStream) => void>> = {
    'had let go of them, of which a longer retention knows nothing': (stream) => stream.restore(batchOf(6), 3),
    'knows of a later one that is lost': (stream) => stream.resumeAfter(5),
  };
  for (const [name, recover] of Object.entries(RECOVERIES)) {
    it(`gives nobody the batches before a loss, after which it ${name}`, () => {
      const clock = new ManualClock();
      const stream = new OutputStream('out', 1, { ms: 1e9, bytes: 1e9 }, LIMITS, () => clock);
      for (const timeMs of [1, 2, 3]) stream.restore(batchOf(timeMs), null);
      recover(stream);
      const got: unknown[] = [];
      const outlet = {
        codec: JSON_CODEC,
        isFull: false,
        sendFrame: (frame: Buffer) => {
          const { batchTime, part } = JSON.parse(frame.toString()) as { batchTime: number; part: unknown };
          got.push([batchTime, part]);
        },
        sendGap: ({ from, to }: { from: number; to: number }) => got.push({ from, to }),
        broke: (error: unknown) => got.push(error),
      };
      const options = { sub: 1, stream, isManual: false, credit: UNLIMITED, afterMs: 1, gap: undefined };
      new Subscription(options, outlet, clock).start();
      stream.publish(batchOf(6));
      expect(got).to.deep.equal([{ from: 1, to: 6 }, [6, [0, 2]], [6, [1, 2]]]);
      expect(stream.oldestMs).to.equal(6);
      expect(stream.sizeBytes).to.equal(batchOf(6).sizeBytes);
    });
  }
});
