import { expect } from 'chai';
import { PassThrough, Readable } from 'node:stream';
import type { Out, ReceiverSource } from '../iterable-receiver.ts';
import { iterableReceiver } from '../iterable-receiver.ts';
import { codeOf, partitionsAt, settle, started, type TestHostOptions, until } from './host.ts';

function receive(source: ReceiverSource, options?: TestHostOptions) {
  const stream = started(iterableReceiver(source), options);
  return {
    ...stream,
    recordsAt: async (timeMs: number) => {
      stream.run.plan(timeMs);
      return (await partitionsAt(stream.run, timeMs, stream.host)).flat();
    },
  };
}

const ENDED = ['started Receiver', 'stopped Receiver: the source has ended'];

describe('a receiver over what JavaScript has for streams', () => {
  async function* some(): AsyncIterable<number> {
    yield 1;
    await settle(1);
    yield 2;
  }

  const sources: readonly { name: string; source: () => ReceiverSource }[] = [
    { name: 'an array', source: () => [1, 2] },
    { name: 'a generator', source: () => new Set([1, 2]).values() },
    { name: 'an async generator', source: () => some() },
    { name: 'a Readable', source: () => Readable.from([1, 2]) },
    { name: 'an async generator function', source: () => some },
    { name: 'a function that returns a Readable', source: () => () => Readable.from([1, 2]) },
    { name: 'an async function that returns an array', source: () => async () => [1, 2] },
    {
      name: 'an async function',
      source: () => async (out: Out) => {
        await out(1);
        await settle(1);
        await out(2);
      },
    },
  ];
  for (const { name, source } of sources) {
    it(`reads ${name} to its end, which stops it and is no error`, async () => {
      const { events, log, recordsAt } = receive(source());
      await until(() => events.length === 2);
      expect(events).to.deep.equal(ENDED);
      expect(log.filter(({ level }) => level === 'WARN' || level === 'ERROR')).to.deep.equal([]);
      expect(await recordsAt(1000)).to.deep.equal([1, 2]);
    });
  }

  it('what is there already is in the first batch', async () => {
    const { recordsAt } = receive([1, 2, 3]);
    expect(await recordsAt(1000)).to.deep.equal([1, 2, 3]);
  });

  it('a function that returns nothing goes on: it has set up what calls out', async () => {
    let send: Out = () => Promise.resolve();
    const { events, recordsAt, run } = receive((out) => {
      send = out;
    });
    await settle();
    expect(events).to.deep.equal(['started Receiver']);
    await send('a');
    expect(await recordsAt(1000)).to.deep.equal(['a']);
    await run.stop(false);
    expect(await codeOf(send('b'))).to.equal('RECEIVER_STOPPED');
  });

  it('a function that throws is called again after the delay', async () => {
    let calls = 0;
    const { clock, events, recordsAt } = receive(async (out: Out) => {
      calls++;
      await out(calls);
      if (calls < 3) throw new Error(`call ${calls}`);
    });
    for (const stops of [1, 2]) {
      await until(() => events.filter((event) => event.startsWith('stopped')).length === stops && clock.timerCount > 0);
      await settle();
      clock.advance(2000);
    }
    await until(() => events.at(-1) === ENDED[1]);
    expect(calls).to.equal(3);
    expect(await recordsAt(5000)).to.deep.equal([1, 2, 3]);
  });

  it('what can be read only once stops with its error', async () => {
    const { events, log, clock, recordsAt } = receive(
      (function* () {
        yield 1;
        throw new Error('torn');
      })(),
    );
    await until(() => events.length === 2);
    clock.advance(10_000);
    expect(events).to.deep.equal([
      'started Receiver',
      'stopped Receiver: the source failed and cannot be read again: torn',
    ]);
    expect(log.filter(({ level }) => level === 'ERROR')).to.have.length(1);
    expect(await recordsAt(11_000)).to.deep.equal([1]);
  });

  it('out waits while the queue is full', async () => {
    let sent = 0;
    const { run, recordsAt } = receive(
      async (out: Out) => {
        for (const record of ['a'.repeat(100), 'b', 'c']) {
          await out(record);
          sent++;
        }
      },
      { conf: { 'dstreams.receiver.queueBytesMax': '100' } },
    );
    await settle();
    expect(sent).to.equal(1);
    run.plan(1000);
    run.batchCompleted!({ timeMs: 1000, numRecords: 1, processingMs: 1, schedulingMs: 0 });
    await settle();
    expect(await recordsAt(2000)).to.deep.equal(['b', 'c']);
  });

  it('stop aborts the signal, ends the generator and destroys the Readable, whatever they wait for', async () => {
    const readable = new PassThrough({ objectMode: true });
    const reading = receive(readable);
    readable.write('a');
    await until(() => reading.run.hasUnplanned());
    await reading.run.stop(true);
    expect(readable.destroyed).to.equal(true);
    expect(await reading.recordsAt(1000)).to.deep.equal(['a']);

    let hasEnded = false;
    const source = {
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise<IteratorResult<unknown>>(() => {}),
        return: async () => {
          hasEnded = true;
          return { done: true as const, value: undefined };
        },
      }),
    };
    await receive(source).run.stop(false);
    expect(hasEnded).to.equal(true);

    let aborted = false;
    const asking = receive((_: Out, signal: AbortSignal) => {
      signal.addEventListener('abort', () => {
        aborted = true;
      });
      return new Promise<void>(() => {});
    });
    await asking.run.stop(false);
    expect(aborted).to.equal(true);
    expect(asking.events.at(-1)).to.equal('stopped Receiver: Stopped by driver');
  });

  it('an endless generator lets everything else run', async () => {
    const { run, recordsAt } = receive(
      (function* () {
        for (let i = 0; ; i++) yield i;
      })(),
    );
    await settle();
    const first = (await recordsAt(1000)) as number[];
    await run.stop(false);
    expect(first.length).to.be.above(1000);
    expect(first).to.deep.equal(first.map((_, i) => i));
  });
});
