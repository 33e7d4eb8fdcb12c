import { expect } from 'chai';
import { receiverInput, streamOps } from '../../internal.ts';
import type { Disk } from '../../storage/disk.ts';
import { MemoryDisk } from '../../storage/disk-memory.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { Hand } from './hand.ts';

/** A disk whose syncs do not end while it hangs. */
function hangingDisk() {
  let release: (() => void) | undefined;
  let hung: Promise<void> | undefined;
  const disk = new Proxy<Disk>(new MemoryDisk({ now: () => 0 }), {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (name !== 'open') return member.bind(target);
      return async (...args: Parameters<Disk['open']>) => {
        const file = await target.open(...args);
        const sync = file.sync.bind(file);
        file.sync = async () => {
          await hung;
          await sync();
        };
        return file;
      };
    },
  });
  const hang = () => (hung = new Promise((resolve) => (release = resolve)));
  const letGo = () => {
    hung = undefined;
    release!();
  };
  return { disk, hang, letGo };
}

const settle = async (): Promise<void> => {
  for (let i = 0; i < 40; i++) await new Promise((resolve) => setImmediate(resolve));
};

describe('a disk that does not answer', () => {
  it('is what a stop says that it waits for', async () => {
    const { disk, hang, letGo } = hangingDisk();
    const t = new EngineHarness({
      batchMs: 1000,
      disk,
      recovers: true,
      checkpointDir: '/ck',
      conf: { 'spark.streaming.receiver.writeAheadLog.enable': 'true' },
    });
    let stored: Promise<void> = Promise.resolve();
    const hand = Object.assign(new Hand(), { onStop: () => stored });
    const received = t.engine.addInput('receiverStream', receiverInput(hand));
    streamOps.output(received, 'foreachRDD', () => {});
    await t.start();
    await t.run(1);
    hang();
    stored = hand.supervisor.storeAll([1]);
    stored.catch(() => {});
    const stopped = t.engine.stop({ graceful: true });
    const warnings: string[][] = [];
    for (let i = 0; i < 10; i++) {
      t.clock.advance(2000);
      await settle();
      warnings.push(t.log.messages('WARN').splice(warnings.flat().length));
    }
    expect(warnings[0]).to.deep.equal([
      'onStop of the receiver Hand for stream 0 is waited for, 10000 ms at most. ' +
        'Where a write-ahead log has what it received, that is mostly its disk.',
    ]);
    expect(warnings.flat().at(-1)).to.equal(
      'The stop waits for the disk of /ck: the last checkpoint or the end of the log is not written. ' +
        'What was acknowledged is safe: where the disk never answers, end the process, and start it again.',
    );
    letGo();
    await stopped;
  });
});
