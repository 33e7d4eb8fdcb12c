import { expect } from 'chai';
import { StorageLevels } from '../../data/index.ts';
import { HandReceiver, mapDisk, partitionsAt, settle, started } from './host.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a receiver as an input: who has to wait', () => {
  const QUEUE = { 'dstreams.receiver.queueBytesMax': '1000' };

  it('stores wait while the queue is full, in order, until a batch is done', async () => {
    const { run, receiver, host } = started(new HandReceiver(), { conf: QUEUE });
    const { supervisor } = receiver;
    const big = 'x'.repeat(2000);
    expect(supervisor.store(big)).to.equal(undefined);
    let done = 0;
    for (const record of ['b', 'c']) void (supervisor.store(record) as Promise<void>).then(() => done++);
    void supervisor.storeAll(['d']).then(() => done++);
    await settle();
    run.plan(1000);
    await settle();
    expect([done, run.info(1000)]).to.deep.equal([0, { numRecords: 1 }]);
    run.batchCompleted!({ timeMs: 1000, numRecords: 1, processingMs: 1, schedulingMs: 0 });
    await settle();
    expect(done).to.equal(3);
    run.plan(2000);
    expect(await partitionsAt(run, 2000, host)).to.deep.equal([['b', 'c'], ['d']]);
  });

  it('a batch that is released without having been worked through makes room as well', async () => {
    const { run, receiver } = started(new HandReceiver(), { conf: QUEUE });
    void receiver.supervisor.store('x'.repeat(2000));
    const wait = receiver.supervisor.store('b');
    run.plan(1000);
    run.release(1000);
    await wait;
    expect(run.hasUnplanned()).to.equal(true);
  });

  it('stores wait while too many blocks are on their way to the disk', async () => {
    let write = () => {};
    const written = new Promise<void>((resolve) => {
      write = resolve;
    });
    const disk = { ...mapDisk(), write: () => written };
    const { receiver } = started(new HandReceiver(StorageLevels.DISK_ONLY), {
      disk,
      conf: { 'spark.streaming.blockQueueSize': 2 },
    });
    const { supervisor } = receiver;
    let stored = 0;
    for (let i = 0; i < 3; i++) void supervisor.storeAll([i]).then(() => stored++);
    await settle();
    const wait = supervisor.store('waits');
    expect(wait).to.be.instanceOf(Promise);
    write();
    await wait;
    await settle();
    expect(stored).to.equal(3);
  });

  it('maxRate lets so many single records and lines pass in a second, whole blocks freely', async () => {
    for (const kind of ['records', 'lines'] as const) {
      const { run, receiver, clock } = started(new HandReceiver(), {
        conf: { 'spark.streaming.receiver.maxRate': 100 },
      });
      const { supervisor } = receiver;
      if (kind === 'lines') void supervisor.storeLines(encode('line\n'.repeat(250)));
      else for (let i = 0; i < 250; i++) void supervisor.store(i);
      const counts: number[] = [];
      for (const timeMs of [1000, 2000, 3000, 4000]) {
        for (let at = clock.now() + 10; at <= timeMs; at += 10) clock.setTime(at);
        await settle(1); // Blocks get stored: not too many wait for it.
        run.plan(timeMs);
        counts.push(run.info(timeMs)!.numRecords);
      }
      expect(counts, kind).to.deep.equal([101, 100, 49, 0]);
      await supervisor.storeAll(Array.from({ length: 1000 }, (_, i) => i));
      run.plan(5000);
      expect(run.info(5000)).to.deep.equal({ numRecords: 1000 });
    }
  });

  it("lines are copied, those that wait too: their bytes are the caller's again at once", async () => {
    const { run, receiver, clock, host } = started(new HandReceiver(), {
      conf: { 'spark.streaming.receiver.maxRate': 100 },
    });
    for (const line of ['one\n', 'two\n']) {
      const bytes = Buffer.from(line.repeat(75));
      void receiver.supervisor.storeLines(bytes);
      bytes.fill(0);
    }
    const lines: unknown[] = [];
    for (const timeMs of [1000, 2000]) {
      for (let at = clock.now() + 10; at <= timeMs; at += 10) clock.setTime(at);
      await settle(1);
      run.plan(timeMs);
      lines.push(...(await partitionsAt(run, timeMs, host)).flat());
    }
    expect(lines).to.deep.equal([...Array(75).fill('one'), ...Array(75).fill('two')]);
  });

  it('back-pressure sets the rate from the second batch on, cut to a whole number, at most maxRate', async () => {
    const conf = {
      'spark.streaming.backpressure.enabled': true,
      'spark.streaming.backpressure.initialRate': 500,
      'spark.streaming.receiver.maxRate': 800,
    };
    const { run, receiver, clock } = started(new HandReceiver(), { conf });
    for (let i = 0; i < 10_000; i++) void receiver.supervisor.store(i);
    const counts: number[] = [];
    for (const processingMs of [1000, 2000, 100, 1000]) {
      for (let tick = 0; tick < 100; tick++) clock.advance(10);
      await settle(1);
      const timeMs = clock.now();
      run.plan(timeMs);
      const { numRecords } = run.info(timeMs)!;
      counts.push(numRecords);
      run.batchCompleted!({ timeMs, numRecords, processingMs, schedulingMs: 0 });
    }
    // 500 at first; after the second batch 500 / 2 s; then 250 / 0.1 s = 2500, but 800; then 800.
    expect(counts).to.deep.equal([501, 500, 250, 800]);
  });

  it('a loop that only awaits what is there already lets the event loop turn', async () => {
    const { receiver, run } = started(new HandReceiver());
    let turned = false;
    setImmediate(() => {
      turned = true;
    });
    while (!turned) await receiver.supervisor.store('x');
    expect(run.hasUnplanned()).to.equal(true);
  });

  it('a loop that never waits is warned about once, after a second', async () => {
    const { receiver, clock, log } = started(new HandReceiver());
    for (let i = 0; i < 1000; i++) {
      void receiver.supervisor.store(i);
      clock.advance(5);
    }
    expect(log.filter(({ level, message }) => level === 'WARN' && message.includes('without a pause'))).to.have.length(
      1,
    );
    await settle();
  });
});
