import { expect } from 'chai';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { Readable } from 'node:stream';
import {
  DStreamsError,
  type DStream,
  type ReceiverSupervisor,
  type StreamingContext,
  StorageLevels,
} from '../index.ts';
import { manualContext } from './context.ts';

/** Runs batches until `n` records have come; the runner's time limit is the only other end. */
async function collect<T>(
  n: number,
  build: (ssc: StreamingContext) => DStream<T>,
): Promise<{ values: T[]; names: string[] }> {
  const t = manualContext();
  const found = t.record(build(t.ssc));
  const names: string[] = [];
  t.ssc.on('receiverStarted', ({ receiverInfo }) => names.push(receiverInfo.name()));
  await t.ssc.start();
  const values = () => found.flatMap((batch) => batch.values);
  while (values().length < n) {
    await t.clock.yield();
    await t.run(1);
  }
  await t.ssc.stop();
  return { values: values(), names };
}

describe('receivers of the fluent surface', () => {
  const sources: { name: string; build: (ssc: StreamingContext) => DStream<number> }[] = [
    { name: 'an array', build: (ssc) => ssc.receiverStream([1, 2, 3]) },
    {
      name: 'a generator function',
      build: (ssc) =>
        ssc.receiverStream(async function* () {
          yield* [1, 2, 3];
        }),
    },
    { name: 'a Readable', build: (ssc) => ssc.receiverStream(Readable.from([1, 2, 3])) },
    {
      name: 'an asynchronous function',
      build: (ssc) =>
        ssc.receiverStream<number>(async (out) => {
          for (const n of [1, 2, 3]) await out(n);
        }),
    },
    {
      name: 'an object of one’s own',
      build: (ssc) =>
        ssc.receiverStream<number>({
          async onStart(supervisor: ReceiverSupervisor) {
            for (const n of [1, 2, 3]) await supervisor.store(n);
          },
          onStop() {},
        }),
    },
  ];
  for (const { name, build } of sources) {
    it(`take ${name}`, async () => expect((await collect(3, build)).values).to.deep.equal([1, 2, 3]));
  }

  it('have the name that they are given', async () => {
    const { names } = await collect(1, (ssc) =>
      ssc.receiverStream([1], { name: 'Mine', storageLevel: StorageLevels.MEMORY_ONLY }),
    );
    expect(names).to.deep.equal(['Mine-0']);
  });

  for (const wrong of [null, 1, {}]) {
    it(`refuse ${JSON.stringify(wrong)}`, () => {
      expect(() => manualContext().ssc.receiverStream(wrong as never))
        .to.throw(DStreamsError)
        .with.property('code', 'OPTIONS_INVALID');
    });
  }

  describe('of sockets', () => {
    const server = createServer((socket) => socket.write('to be\nor not\n'));
    let port = 0;
    before(async () => {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      port = (server.address() as AddressInfo).port;
    });
    after(() => server.close());

    const streams: { name: string; build: (ssc: StreamingContext) => DStream<unknown>; expected: unknown[] }[] = [
      {
        name: 'socketTextStream',
        build: (ssc) => ssc.socketTextStream('127.0.0.1', port),
        expected: ['to be', 'or not'],
      },
      { name: 'socketStream', build: (ssc) => ssc.socketStream('127.0.0.1', port), expected: ['to be', 'or not'] },
      {
        name: 'socketStream with a converter',
        build: (ssc) =>
          ssc.socketStream(
            '127.0.0.1',
            port,
            async function* (input) {
              for await (const chunk of input) for (const byte of chunk) if (byte === 10) yield byte;
            },
            StorageLevels.MEMORY_ONLY,
          ),
        expected: [10, 10],
      },
    ];
    for (const { name, build, expected } of streams) {
      it(`${name}`, async () => expect((await collect(2, build)).values).to.deep.equal(expected));
    }
  });
});
