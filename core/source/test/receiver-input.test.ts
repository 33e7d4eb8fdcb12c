import { expect } from 'chai';
import { StorageLevels } from '../../data/index.ts';
import { DStreamsError } from '../../errors.ts';
import type { Rdd } from '../../rdd/index.ts';
import { codeOf, HandReceiver, mapDisk, partitionsAt, settle, started } from './host.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('a receiver as an input: blocks', () => {
  it('are cut at multiples of the block interval and when a batch is planned', async () => {
    const { run, receiver, clock, host } = started(new HandReceiver());
    clock.setTime(150);
    void receiver.supervisor.store('a');
    clock.setTime(199);
    void receiver.supervisor.store('b');
    clock.setTime(200);
    void receiver.supervisor.store('c');
    clock.setTime(500);
    void receiver.supervisor.store('d');
    clock.setTime(999);
    void receiver.supervisor.store('e');
    run.plan(1000);
    void receiver.supervisor.store('f');
    run.plan(2000);
    expect(await partitionsAt(run, 1000, host)).to.deep.equal([['a', 'b'], ['c'], ['d'], ['e']]);
    expect(await partitionsAt(run, 2000, host)).to.deep.equal([['f']]);
    expect([run.info(1000), run.info(2000), run.info(3000)]).to.deep.equal([
      { numRecords: 5 },
      { numRecords: 1 },
      undefined,
    ]);
  });

  it('are no longer than the batch', async () => {
    const { run, receiver, clock, host } = started(new HandReceiver(), { batchMs: 50 });
    for (const timeMs of [50, 100, 150]) {
      void receiver.supervisor.store(timeMs);
      clock.setTime(timeMs);
      run.plan(timeMs);
      expect(await partitionsAt(run, timeMs, host)).to.deep.equal([[timeMs]]);
    }
    expect(clock.timerCount).to.equal(0);
  });

  it('an empty batch has no partitions, and so has a time that was not planned', async () => {
    const { run, host } = started(new HandReceiver());
    run.plan(1000);
    expect(await partitionsAt(run, 1000, host)).to.deep.equal([]);
    expect(await partitionsAt(run, 7000, host)).to.deep.equal([]);
    expect(run.info(1000)).to.deep.equal({ numRecords: 0 });
  });

  it('keep the order of records, lines and whole blocks', async () => {
    const { run, receiver, host } = started(new HandReceiver());
    const { supervisor } = receiver;
    void supervisor.store(1);
    void supervisor.storeLines(encode('two\nthree\n'));
    void supervisor.store([4, 'four']);
    const all = supervisor.storeAll([5, 6]);
    const bytes = supervisor.storeBytes(encode('seven\r\neight'));
    void supervisor.store(9);
    await Promise.all([all, bytes, supervisor.storeAll([]), supervisor.storeBytes(encode(''))]);
    run.plan(1000);
    const partitions = await partitionsAt(run, 1000, host);
    expect(partitions).to.deep.equal([[1, 'two', 'three', [4, 'four']], [5, 6], ['seven', 'eight'], [9]]);
    expect(run.info(1000)).to.deep.equal({ numRecords: 9 });
  });

  it('lie in shared memory: text as it came, records at _SER levels packed', async () => {
    for (const store of ['text', 'records']) {
      const { run, receiver } = started(new HandReceiver());
      if (store === 'text') void receiver.supervisor.storeLines(encode('a\nb\n'));
      else void receiver.supervisor.store({ a: 1 });
      run.plan(1000);
      const { op } = (await run.rdd(1000)) as Rdd;
      const source = op.kind === 'source' ? op.partitions[0]![0]! : undefined;
      const block = source?.kind === 'stored' ? await source.load() : undefined;
      expect(block?.kind).to.equal(store === 'text' ? 'text' : 'packed');
      expect((block as { bytes: Uint8Array }).bytes.buffer).to.be.instanceOf(SharedArrayBuffer);
    }
  });

  it('hold the very values at deserialized levels', async () => {
    const { run, receiver, host } = started(new HandReceiver(StorageLevels.MEMORY_ONLY));
    const record = { a: 1 };
    void receiver.supervisor.store(record);
    run.plan(1000);
    expect((await partitionsAt(run, 1000, host))[0]![0]).to.equal(record);
  });

  it('many records make one partition still, whole and in order', async () => {
    const { run, receiver, host } = started(new HandReceiver());
    const records = Array.from({ length: 20_000 }, (_, i) => i);
    for (const i of records) void receiver.supervisor.store(i);
    run.plan(1000);
    expect(await partitionsAt(run, 1000, host)).to.deep.equal([records]);
  });

  it('spill and come back where the level is on disk', async () => {
    const disk = mapDisk();
    const { run, receiver, host } = started(new HandReceiver(StorageLevels.DISK_ONLY), { disk });
    void receiver.supervisor.store('a');
    void receiver.supervisor.storeLines(encode('b\n'));
    run.plan(1000);
    expect(await partitionsAt(run, 1000, host)).to.deep.equal([['a', 'b']]);
    expect(disk.files.size).to.equal(2);
    run.release(1000);
    await settle();
    expect(disk.files.size).to.equal(0);
  });

  it('go when their batch is released, and not before', async () => {
    const { run, receiver, blocks, host } = started(new HandReceiver());
    for (const timeMs of [1000, 2000]) {
      void receiver.supervisor.store(timeMs);
      run.plan(timeMs);
    }
    await settle();
    expect(blocks.size).to.equal(2);
    run.release(1000);
    await settle();
    expect(blocks.size).to.equal(1);
    expect(await partitionsAt(run, 2000, host)).to.deep.equal([[2000]]);
    run.release(2000);
    await settle();
    expect(blocks.size).to.equal(0);
  });

  it('a record that cannot be kept fails its batch, is reported, and fails a whole block at once', async () => {
    class Unknown {}
    for (const level of [StorageLevels.MEMORY_ONLY, StorageLevels.MEMORY_ONLY_SER]) {
      const { run, receiver, host, events } = started(new HandReceiver(level));
      expect(await codeOf(receiver.supervisor.storeAll([new Unknown()]))).to.equal('RECORD_NOT_SERIALIZABLE');
      void receiver.supervisor.store(new Unknown());
      run.plan(1000);
      await settle();
      expect(await codeOf(partitionsAt(run, 1000, host))).to.equal('RECORD_NOT_SERIALIZABLE');
      expect(events).to.deep.equal(['started HandReceiver', 'error HandReceiver: block input-0-0 could not be stored']);
      void receiver.supervisor.store('fine');
      run.plan(2000);
      expect(await partitionsAt(run, 2000, host)).to.deep.equal([['fine']]);
    }
  });

  it('the loss of second copies is told once for each context', async () => {
    const { run, log, host } = started(new HandReceiver());
    const { receiverInput } = await import('../receiver-input.ts');
    void receiverInput(new HandReceiver()).create(host).start();
    expect(log.filter(({ message }) => message.includes('stored once'))).to.have.length(1);
    await run.stop(false);
  });
});

describe('a receiver as an input: its life', () => {
  it('one that throws is started again after the delay, for ever, and listeners learn it', async () => {
    const receiver = new HandReceiver();
    receiver.onStartDo = () => {
      throw new Error('no luck');
    };
    const { clock, events, log, run } = started(receiver);
    await settle();
    expect(receiver.starts).to.equal(1);
    clock.advance(1999);
    expect(receiver.starts).to.equal(1);
    clock.advance(1);
    expect(receiver.starts).to.equal(2);
    await settle();
    receiver.onStartDo = () => {};
    clock.advance(2000);
    expect([receiver.starts, receiver.stops, receiver.supervisor.isStarted()]).to.deep.equal([3, 2, true]);
    const failed = 'Receiver HandReceiver-0 failed: no luck';
    const once = [
      'started HandReceiver',
      `error HandReceiver: ${failed}`,
      `stopped HandReceiver: Restarting receiver with delay 2000ms: ${failed}`,
    ];
    expect(events).to.deep.equal([...once, ...once, 'started HandReceiver']);
    const [warning] = log.filter(({ level }) => level === 'WARN');
    expect(warning!.message).to.equal(`Restarting receiver for stream 0 with delay 2000 ms: ${failed}`);
    expect((warning!.error as DStreamsError).code).to.equal('RECEIVER_FAILED');
    await run.stop(false);
  });

  it('what onStart returns may be a promise of another library', async () => {
    const receiver = new HandReceiver();
    const failing = { then: (_: unknown, failed: (error: Error) => void) => failed(new Error('elsewhere')) };
    receiver.onStartDo = () => failing as never;
    const { events, run } = started(receiver);
    await settle();
    expect(events).to.include('error HandReceiver: Receiver HandReceiver-0 failed: elsewhere');
    await run.stop(false);
  });

  it('what cannot be stored, and a delay that is none, are refused with what was given', async () => {
    const { receiver, run } = started(new HandReceiver());
    const supervisor = receiver.supervisor as unknown as Record<string, (...args: unknown[]) => unknown>;
    const saidBy = async (call: () => unknown) => String(await (async () => call())().catch((error: unknown) => error));
    const said = [
      await saidBy(() => supervisor.storeAll!('text')),
      await saidBy(() => supervisor.storeAll!(null)),
      await saidBy(() => supervisor.storeBytes!('text')),
      await saidBy(() => supervisor.storeLines!(new ArrayBuffer(2))),
      await saidBy(() => supervisor.storePacked!(undefined)),
      ...(await Promise.all(
        [-1, Number.NaN, '200'].map((delay) => saidBy(() => supervisor.restart!('', null, delay))),
      )),
    ];
    expect(said.map((text) => text.replace(/^.*?: /, ''))).to.deep.equal([
      'storeAll takes records in an array or another iterable, and got the string "text".',
      'storeAll takes records in an array or another iterable, and got null.',
      'storeBytes takes a Uint8Array, and got the string "text".',
      'storeLines takes a Uint8Array, and got an object of class ArrayBuffer.',
      'storePacked takes a Uint8Array, and got undefined.',
      'restart takes a delay of 0 or more milliseconds, and got the number -1.',
      'restart takes a delay of 0 or more milliseconds, and got the number NaN.',
      'restart takes a delay of 0 or more milliseconds, and got the string "200".',
    ]);
    await supervisor.storeAll!(new Set([1, 2]));
    expect([receiver.supervisor.isStarted(), run.hasUnplanned()]).to.deep.equal([true, true]);
    await run.stop(false);
  });

  it('one whose loop rejects later is started again, and what it stored stays', async () => {
    const receiver = new HandReceiver();
    receiver.onStartDo = async (supervisor) => {
      void supervisor.store(`start ${receiver.starts}`);
      await settle(1);
      if (receiver.starts === 1) throw new Error('later');
    };
    const { clock, run, host } = started(receiver, { conf: { 'spark.streaming.receiverRestartDelay': '50ms' } });
    await settle();
    clock.advance(50);
    await settle();
    run.plan(1000);
    expect(await partitionsAt(run, 1000, host)).to.deep.equal([['start 1', 'start 2']]);
  });

  it('restart awaits onStop, waits as long as it says, and is ignored while one is under way', async () => {
    const receiver = new HandReceiver();
    let stopped = () => {};
    receiver.onStopDo = () =>
      new Promise<void>((resolve) => {
        stopped = resolve;
      });
    const { clock } = started(receiver);
    const { signal } = receiver.supervisor;
    receiver.supervisor.restart('again', undefined, 10);
    receiver.supervisor.restart('again, again', undefined, 0);
    expect([signal.aborted, receiver.supervisor.isStopped(), receiver.stops]).to.deep.equal([true, true, 1]);
    clock.advance(1000);
    await settle();
    expect(receiver.starts).to.equal(1);
    stopped();
    await settle();
    clock.advance(10);
    expect([receiver.starts, receiver.supervisor.isStopped(), receiver.supervisor.signal.aborted]).to.deep.equal([
      2,
      false,
      false,
    ]);
  });

  it('reportError tells and goes on', async () => {
    const { receiver, events, log } = started(new HandReceiver());
    receiver.supervisor.reportError('odd', new Error('x'));
    expect(events.at(-1)).to.equal('error HandReceiver: odd');
    expect(log.at(-1)!.message).to.equal('Error reported by receiver for stream 0: odd');
    expect(receiver.supervisor.isStarted()).to.equal(true);
  });

  it('stop is for good: no restart, an error line, and storing is refused', async () => {
    const { receiver, clock, events, log, run, host } = started(new HandReceiver());
    void receiver.supervisor.store('a');
    receiver.supervisor.stop('enough', new Error('x'));
    receiver.supervisor.restart('never');
    await settle();
    clock.advance(10_000);
    expect([receiver.starts, receiver.stops, receiver.supervisor.isStopped()]).to.deep.equal([1, 1, true]);
    expect(events).to.deep.equal(['started HandReceiver', 'stopped HandReceiver: enough']);
    expect(log.filter(({ level }) => level === 'ERROR').map(({ message }) => message)).to.deep.equal([
      'Deregistered receiver for stream 0: enough',
    ]);
    expect(() => receiver.supervisor.store('b'))
      .to.throw(DStreamsError)
      .with.property('code', 'RECEIVER_STOPPED');
    expect(await codeOf(receiver.supervisor.storeAll(['b']))).to.equal('RECEIVER_STOPPED');
    run.plan(11_000);
    expect(await partitionsAt(run, 11_000, host)).to.deep.equal([['a']]);
    await run.stop(true);
  });

  it('a graceful stop keeps what waits and what onStop stores; then nothing more', async () => {
    const receiver = new HandReceiver();
    receiver.onStopDo = async () => {
      await settle(1);
      await receiver.supervisor.store('last');
    };
    const { run, host } = started(receiver, { conf: { 'dstreams.receiver.queueBytesMax': '100' } });
    void receiver.supervisor.store('x'.repeat(200));
    const waiting = receiver.supervisor.store('waits');
    await run.stop(true);
    await waiting;
    expect(run.hasUnplanned()).to.equal(true);
    run.plan(1000);
    expect(run.hasUnplanned()).to.equal(false);
    expect(await partitionsAt(run, 1000, host)).to.deep.equal([['x'.repeat(200), 'waits', 'last']]);
  });

  it('a stop at once refuses who waits, and does not wait for an onStop that a graceful one waits for', async () => {
    const receiver = new HandReceiver();
    receiver.onStopDo = () => new Promise<void>(() => {});
    const { run } = started(receiver, { conf: { 'spark.streaming.receiver.maxRate': 1 } });
    void receiver.supervisor.store('a');
    void run.stop(true);
    await run.stop(false);
    expect(receiver.supervisor.isStopped()).to.equal(true);

    const other = started(new HandReceiver(), { conf: { 'spark.streaming.receiver.maxRate': 1 } });
    void other.receiver.supervisor.store('a');
    const waiting = other.receiver.supervisor.store('b');
    await other.run.stop(false);
    expect(await codeOf(waiting)).to.equal('RECEIVER_STOPPED');
    expect(other.clock.timerCount).to.equal(0);
  });

  it('an onStop that does not end is left behind after ten seconds', async () => {
    const receiver = new HandReceiver();
    receiver.onStopDo = () => new Promise<void>(() => {});
    const { run, clock, log } = started(receiver);
    const stopped = run.stop(false);
    clock.advance(2000);
    expect(log.at(-1)!.message).to.include('is waited for, 10000 ms at most');
    clock.advance(8000);
    await stopped;
    expect(log.some(({ message }) => message.includes('left behind'))).to.equal(true);
    expect(clock.timerCount).to.equal(0);
  });

  it('stopped while it waits to be started again, it stays down', async () => {
    const { receiver, run, clock } = started(new HandReceiver());
    receiver.supervisor.restart('again');
    await settle();
    await run.stop(true);
    clock.advance(10_000);
    expect([receiver.starts, receiver.stops, clock.timerCount]).to.deep.equal([1, 1, 0]);
  });
});
