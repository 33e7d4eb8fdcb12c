import { expect } from 'chai';
import { ManualClock } from '../../core/internal.ts';
import { OutputStream, type Reader } from '../egress/output-stream.ts';
import { RetainedBatch } from '../egress/retained-batch.ts';
import { Subscription } from '../egress/subscription.ts';
import { JSON_CODEC, MSGPACK_CODEC } from '../protocol/codec.ts';
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

  for (const codec of [JSON_CODEC, MSGPACK_CODEC]) {
    it(`keeps little for who reads all that there is (${codec.name})`, async () => {
      const clock = new ManualClock();
      const stream = new OutputStream('out', 1, { ms: 1e9, bytes: 1e9 }, LIMITS, () => clock);
      for (let i = 1; i <= 200; i++) stream.publish(RetainedBatch.of(i, [`${i}`, 'x'.repeat(100_000)], LIMITS));
      const outlet = { codec, isFull: false, sendFrame: () => count++, sendGap: () => {} };
      const unlimited = { records: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
      const options = { sub: 1, stream, isManual: false, credit: unlimited, afterMs: 0, gap: undefined };
      let count = 0;
      for (let i = 0; i < 3; i++) {
        gc!();
        await turn();
      }
      const before = process.memoryUsage().arrayBuffers;
      new Subscription(options, outlet, clock).start();
      while (count < 200) await turn();
      // Twenty batches of 100 KB, twice for msgpack; it was all of them. What is freed is counted some time later.
      let keptBytes = Number.POSITIVE_INFINITY;
      for (let i = 0; i < 100 && keptBytes > 6_000_000; i++) {
        await turn();
        gc!();
        keptBytes = process.memoryUsage().arrayBuffers - before;
      }
      expect(keptBytes).to.be.at.most(6_000_000);
    });
  }
});
