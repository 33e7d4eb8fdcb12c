import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { errorCodes } from '../../core/internal.ts';
import { type JavaDStream, type JInputStream, JList, Receiver, StorageLevels } from '../index.ts';
import { virtualContext } from './run.ts';

/** Stores what it is told to when it starts. */
class Scripted extends Receiver<unknown> {
  readonly log: unknown[] = [];
  constructor(private readonly script: (receiver: Scripted) => void | Promise<void>) {
    super(StorageLevels.MEMORY_ONLY);
  }
  onStart(): void | Promise<void> {
    this.log.push('start');
    return this.script(this);
  }
  onStop(): void {
    this.log.push('stop');
  }
}

/** The records of the batches, in order, as they come; `seen(n)` resolves when there are n. */
function gather<T>(stream: JavaDStream<T>): T[] {
  const records: T[] = [];
  stream.foreachRDD(async (rdd) => void records.push(...(await rdd.collect())));
  return records;
}

describe('Receiver', () => {
  it('is refused before it is attached', () => {
    const receiver = new Scripted(() => {});
    for (const use of [() => receiver.store(1), () => receiver.isStopped(), () => receiver.restart('again')]) {
      let error: unknown;
      try {
        use();
      } catch (e) {
        error = e;
      }
      expect(errorCodes(error)).to.deep.equal(['RECEIVER_STOPPED']);
    }
  });

  it('takes a generator for its records, and refuses what is no list', async () => {
    const t = virtualContext();
    const said: string[] = [];
    const receiver = new Scripted(async (r) => {
      await r.store(
        (function* () {
          yield 'a';
          yield 'b';
        })(),
      );
      for (const wrong of [5, 'text', null]) {
        await r.storeAll(wrong as never).catch((error: Error) => said.push(error.message));
      }
    });
    const records = gather(t.ssc.receiverStream(receiver));
    await t.run(1);
    expect(records).to.deep.equal(['a', 'b']);
    expect(said).to.deep.equal([
      'storeAll takes records in a list or another iterable, and got the number 5.',
      'storeAll takes records in a list or another iterable, and got the string "text".',
      'storeAll takes records in a list or another iterable, and got null.',
    ]);
    await t.stop();
  });

  it('an object may leave out its name and its level, but not what it does', async () => {
    const t = virtualContext();
    const bare = { onStart: (supervisor: { store(x: unknown): unknown }) => void supervisor.store(1), onStop() {} };
    const records = gather(t.ssc.receiverStream(bare as never));
    const onStart = () => {};
    expect(() => t.ssc.receiverStream({ onStart } as never)).to.throw(/whose onStop is a function/);
    await t.run(1);
    expect(records).to.deep.equal([1]);
    await t.stop();
  });

  it('feeds one stream', async () => {
    const t = virtualContext();
    const receiver = new Scripted(() => {});
    t.ssc.receiverStream(receiver);
    expect(() => t.ssc.receiverStream(receiver)).to.throw(/^receiverStream: this receiver feeds another stream/);
    await t.stop();
  });

  it('stores records, lists, iterators and bytes', async () => {
    const t = virtualContext();
    const receiver = new Scripted(async (r) => {
      await r.store('one');
      await r.store(['an', 'array']);
      await r.store(new JList(['x', 'y']).iterator());
      await r.storeAll(['p', 'q']);
      await r.storeBytes(Buffer.from('l1\nl2'));
    });
    const records = gather(t.ssc.receiverStream(receiver));
    await t.run(2);
    expect([receiver.streamId(), receiver.isStarted(), receiver.isStopped(), receiver.storageLevel()]).to.deep.equal([
      0,
      true,
      false,
      StorageLevels.MEMORY_ONLY,
    ]);
    await t.stop();
    expect(records).to.have.deep.members(['one', ['an', 'array'], 'x', 'y', 'p', 'q', 'l1', 'l2']);
    expect(receiver.log).to.deep.equal(['start', 'stop']);
    expect(receiver.isStopped()).to.equal(true);
  });

  it('is started again after restart, and tells listeners', async () => {
    const t = virtualContext();
    let starts = 0;
    const receiver = new Scripted((r) => {
      if (++starts === 1) r.restart('again', new Error('lost'), 500);
      else void r.store('back');
    });
    const events: string[] = [];
    t.ssc.addStreamingListener({
      onReceiverStarted: (e) => events.push(`started ${e.receiverInfo().name()}`),
      onReceiverStopped: (e) => events.push(`stopped ${e.receiverInfo().lastErrorMessage()}`),
    });
    const records = gather(t.ssc.receiverStream(receiver));
    await t.run(3);
    await t.stop();
    expect(records).to.deep.equal(['back']);
    expect(receiver.log).to.deep.equal(['start', 'stop', 'start', 'stop']);
    expect(events[0]).to.equal('started Scripted-0');
    expect(events[1]).to.match(/^stopped .*again/);
  });

  it('may be any iterable', async () => {
    const t = virtualContext();
    const records = gather(t.ssc.receiverStream(['a', 'b', 'c']));
    await t.run(2);
    await t.stop();
    expect(records).to.deep.equal(['a', 'b', 'c']);
  });
});

describe('sockets', () => {
  let server: Server;
  let port: number;
  beforeEach(async () => {
    server = createServer((socket) => socket.on('error', () => {}).write('hello world\r\nhé\n'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const cases: [string, (t: ReturnType<typeof virtualContext>) => JavaDStream<string>][] = [
    ['socketTextStream', (t) => t.ssc.socketTextStream('127.0.0.1', port, StorageLevels.MEMORY_AND_DISK_SER)],
    ['socketStream without a converter', (t) => t.ssc.socketStream('127.0.0.1', port)],
    ['socketStream with a converter', (t) => t.ssc.socketStream('127.0.0.1', port, lines, StorageLevels.MEMORY_ONLY)],
    [
      'socketStream with a converter object',
      (t) => t.ssc.socketStream('127.0.0.1', port, { call: lines }, StorageLevels.MEMORY_ONLY),
    ],
  ];
  for (const [name, make] of cases) {
    it(`${name} gives lines`, async () => {
      const t = virtualContext();
      const records = gather(make(t));
      // Virtual time alone brings no bytes: each round is a turn of the real event loop as well.
      for (let round = 0; round < 10_000 && records.length < 2; round++) {
        await t.clock.yield();
        await t.run(1);
      }
      await t.stop();
      expect(records).to.deep.equal(['hello world', 'hé']);
    });
  }
});

async function* lines(input: JInputStream): AsyncGenerator<string> {
  for (let line = await input.readLine(); line !== null; line = await input.readLine()) yield line;
}
