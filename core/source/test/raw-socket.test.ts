import { expect } from 'chai';
import fc from 'fast-check';
import { defaultCodec, StorageLevels, Tuple2 } from '../../data/index.ts';
import type { InputRun } from '../../plan/index.ts';
import { FrameCutter, frameOf } from '../frame-cutter.ts';
import { rawFrame, rawSocket } from '../raw-socket.ts';
import { countWords, topEntries } from '../raw-text.ts';
import { codeOf, partitionsAt, started, type TestHostOptions, until } from './host.ts';
import { TestServer } from './sockets.ts';

const LEVEL = StorageLevels.MEMORY_AND_DISK_SER_2;

describe('FrameCutter', () => {
  it('finds the frames however the bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), fc.integer({ min: 1, max: 9 }), (frames, size) => {
        const cutter = new FrameCutter(20);
        const found: number[][] = [];
        const all = Buffer.concat(frames.map(frameOf));
        const place = new Uint8Array(size);
        for (let at = 0; at < all.length; at += size) {
          const part = all.subarray(at, at + size);
          place.set(part);
          cutter.push(place.subarray(0, part.length), (frame) => void found.push([...frame]));
        }
        expect(found).to.deep.equal(frames.map((frame) => [...frame]));
        expect(cutter.isBetween).to.equal(true);
      }),
    );
  });

  it('refuses a length above the limit before a byte of it has come', async () => {
    const cutter = new FrameCutter(20);
    cutter.push(Uint8Array.of(0, 0, 0, 20), () => {});
    expect(cutter.isBetween).to.equal(false);
    const push = async (bytes: Uint8Array) => new FrameCutter(20).push(bytes, () => {});
    expect(await codeOf(push(Uint8Array.of(0, 0, 0, 21)))).to.equal('FRAME_INVALID');
    expect(await codeOf(push(Uint8Array.of(255, 255, 255, 255)))).to.equal('FRAME_INVALID');
    expect(await codeOf(push(Buffer.from('GET / HTTP/1.1')))).to.equal('FRAME_INVALID');
  });
});

describe('Codec.countBlock', () => {
  const blocks = [
    { name: 'none', records: [] },
    { name: 'a few lines', records: ['a', 'b'] },
    { name: 'more than 15', records: Array.from({ length: 300 }, (_, i) => i) },
    { name: 'more than 65,535', records: Array.from({ length: 70_000 }, () => 1) },
    { name: 'pairs', records: [['a', 1]] },
    { name: 'tuples', records: [new Tuple2('a', 1)] },
    { name: 'dates', records: [new Date(0), new Date(1)] },
  ];
  for (const { name, records } of blocks) {
    it(`counts ${name}`, () =>
      expect(defaultCodec.countBlock(defaultCodec.encodeBlock(records))).to.equal(records.length));
  }

  it('refuses whatever decodeBlock refuses as damaged', () => {
    const whole = defaultCodec.encodeBlock(['some', 'words', { in: ['it', 1, null] }]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }), fc.boolean(), (at, byte, cut) => {
        const bytes = cut ? whole.slice(0, at) : whole.map((old, i) => (i === at ? byte : old));
        const codes = [() => defaultCodec.countBlock(bytes), () => defaultCodec.decodeBlock(bytes).length].map((f) => {
          try {
            return f();
          } catch (error) {
            return (error as { code?: string }).code;
          }
        });
        expect(codes[0]).to.equal(codes[1]);
      }),
    );
  });
});

describe('rawSocket', () => {
  let server: TestServer;
  const runs: InputRun[] = [];

  beforeEach(async () => {
    server = await TestServer.listen();
  });
  afterEach(async () => {
    await Promise.all(runs.splice(0).map((run) => run.stop(false)));
    await server.close();
  });

  function read(options: TestHostOptions = {}) {
    const stream = started(rawSocket('127.0.0.1', server.port, LEVEL), options);
    runs.push(stream.run);
    let timeMs = 0;
    const blocks: unknown[][] = [];
    const readBlocks = async (count: number): Promise<unknown[][]> => {
      while (blocks.length < count) {
        await until(() => stream.run.hasUnplanned());
        timeMs += 1000;
        stream.run.plan(timeMs);
        blocks.push(...(await partitionsAt(stream.run, timeMs, stream.host)));
      }
      return blocks;
    };
    return { ...stream, readBlocks };
  }

  it('makes one partition of each frame', async () => {
    const { readBlocks, run } = read();
    const socket = await server.connection();
    socket.write(Buffer.concat([rawFrame(['a', 'b']), rawFrame([]), rawFrame([1, null, { x: [2] }])]));
    expect(await readBlocks(2)).to.deep.equal([
      ['a', 'b'],
      [1, null, { x: [2] }],
    ]);
    expect(run.info(1000)!.numRecords).to.be.at.least(2);
  });

  it('drops a frame that holds no records, reports it, and goes on', async () => {
    const { readBlocks, events, log } = read();
    const socket = await server.connection();
    socket.write(Buffer.concat([frameOf(Buffer.from('no records')), rawFrame(['fine'])]));
    expect(await readBlocks(1)).to.deep.equal([['fine']]);
    const what = `a frame from 127.0.0.1:${server.port} was dropped`;
    expect(events).to.deep.equal(['started RawNetworkReceiver', `error RawNetworkReceiver: ${what}`]);
    expect(log.find(({ level }) => level === 'WARN')!.error).to.have.property('code', 'RECORD_CORRUPT');
  });

  it('drops a connection that announces too much, and connects again', async () => {
    const { readBlocks, events, clock } = read({ conf: { 'dstreams.source.frameBytesMax': '1k' } });
    (await server.connection()).write(Buffer.concat([rawFrame(['one']), Buffer.from([127, 255, 255, 255])]));
    expect(await readBlocks(1)).to.deep.equal([['one']]);
    await until(() => events.some((event) => event.startsWith('stopped')));
    clock.advance(2000);
    (await server.connection()).write(rawFrame(['two']));
    expect(await readBlocks(2)).to.deep.equal([['one'], ['two']]);
    const what = `127.0.0.1:${server.port} does not send frames`;
    expect(events.slice(1, 3)).to.deep.equal([
      `error RawNetworkReceiver: ${what}`,
      `stopped RawNetworkReceiver: Restarting receiver with delay 2000ms: ${what}`,
    ]);
  });

  it('connects again after the end, also in the middle of a frame', async () => {
    const { readBlocks, events, clock } = read();
    (await server.connection()).end(rawFrame(['lost']).subarray(0, 7));
    await until(() => events.length === 2);
    expect(events[1]).to.equal(
      'stopped RawNetworkReceiver: Restarting receiver with delay 2000ms: End of channel within a frame',
    );
    clock.advance(2000);
    (await server.connection()).end(rawFrame(['whole']));
    expect(await readBlocks(1)).to.deep.equal([['whole']]);
    await until(() => events.length === 4);
    expect(events[3]).to.equal('stopped RawNetworkReceiver: Restarting receiver with delay 2000ms: End of channel');
  });
});

describe('raw text', () => {
  it('counts words, which blanks part', () =>
    expect([...countWords(['a  b a', '', ' b'])]).to.deep.equal([
      ['a', 2],
      ['b', 2],
    ]));

  it('the top k are those that sorting finds', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9)), fc.integer({ min: -1, max: 5 }), (counts, k) => {
        const entries = counts.map((count, i) => ({ count, i }));
        const sorted = [...entries].sort((a, b) => b.count - a.count || a.i - b.i).slice(0, Math.max(0, k));
        expect(topEntries(entries, k, ({ count }) => count)).to.deep.equal(sorted);
      }),
    );
  });
});
