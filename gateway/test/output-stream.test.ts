import { expect } from 'chai';
import { OutputStream, type Reader } from '../egress/output-stream.ts';
import { RetainedBatch } from '../egress/retained-batch.ts';
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
});
