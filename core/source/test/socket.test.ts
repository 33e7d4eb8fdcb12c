import { expect } from 'chai';
import { once } from 'node:events';
import { StorageLevels } from '../../data/index.ts';
import type { DStreamsError } from '../../errors.ts';
import type { InputRun } from '../../plan/index.ts';
import type { Net } from '../net.ts';
import { systemNet } from '../net.ts';
import { socketStream } from '../socket-stream.ts';
import { socketText } from '../socket-text.ts';
import { partitionsAt, started, type TestHostOptions, until } from './host.ts';
import { freePort, TestServer } from './sockets.ts';

const LEVEL = StorageLevels.MEMORY_AND_DISK_SER_2;

describe('text from a socket', () => {
  let server: TestServer;
  const runs: InputRun[] = [];

  beforeEach(async () => {
    server = await TestServer.listen();
  });

  afterEach(async () => {
    await Promise.all(runs.splice(0).map((run) => run.stop(false)));
    await server.close();
  });

  function read(options: TestHostOptions = {}, net: Net = systemNet, port = server.port) {
    const stream = started(socketText('127.0.0.1', port, LEVEL, net), options);
    runs.push(stream.run);
    let timeMs = 0;
    /** The records of the next batch, which is planned once `count` have come. */
    const lines: string[] = [];
    const readLines = async (count: number): Promise<readonly string[]> => {
      while (lines.length < count) {
        await until(() => stream.run.hasUnplanned());
        timeMs += 1000;
        stream.run.plan(timeMs);
        for (const partition of await partitionsAt(stream.run, timeMs, stream.host))
          lines.push(...(partition as string[]));
        stream.run.batchCompleted!({ timeMs, numRecords: 0, processingMs: 1, schedulingMs: 0 });
        stream.run.release(timeMs);
      }
      return lines;
    };
    return { ...stream, readLines };
  }

  it('is refused where no connection can be made, when the stream is made', () => {
    for (const port of [Number.NaN, -1, 0, 1.5, 65_536]) {
      expect(() => socketText('localhost', port), `${port}`).to.throw('a port from 1 to 65535');
    }
    expect(() => socketText('localhost', '9999' as never)).to.throw('and was given the string "9999"');
    expect(() => socketText('', 9999)).to.throw('connects to a host, not to the string ""');
  });

  it('comes as lines, LF, CR and CRLF, U+FFFD for bytes that are no UTF-8', async () => {
    const { readLines } = read();
    const socket = await server.connection();
    socket.write('hello world\ntwo\r\nthree\r');
    expect(await readLines(3)).to.deep.equal(['hello world', 'two', 'three']);
    socket.write(Buffer.from([0x62, 0xff, 0xc3, 0x28, 10]));
    expect((await readLines(4))[3]).to.equal('b\ufffd\ufffd(');
  });

  it('a last line without an end counts when the connection closes; then it connects again', async () => {
    const { readLines, clock, events, log } = read();
    const first = await server.connection();
    first.end('a\nlast');
    expect(await readLines(2)).to.deep.equal(['a', 'last']);
    await until(() => events.length === 2);
    clock.advance(2000);
    (await server.connection()).write('again\n');
    expect(await readLines(3)).to.deep.equal(['a', 'last', 'again']);
    expect(events).to.deep.equal([
      'started SocketReceiver',
      'stopped SocketReceiver: Restarting receiver with delay 2000ms: Socket data stream had no more data',
      'started SocketReceiver',
    ]);
    expect(log.map(({ message }) => message)).to.include(
      'Restarting receiver for stream 0 with delay 2000 ms: Socket data stream had no more data',
    );
  });

  it('a refused connection is tried again, for ever, until there is a server', async () => {
    const port = await freePort();
    const { readLines, clock, events, log } = read(
      { conf: { 'spark.streaming.receiverRestartDelay': '100ms' } },
      systemNet,
      port,
    );
    for (const stops of [1, 2, 3]) {
      await until(
        () => events.filter((event) => event.startsWith('stopped')).length === stops && clock.timerCount === 1,
      );
      if (stops < 3) clock.advance(100);
    }
    expect(events.at(-1)).to.contain(`Error connecting to 127.0.0.1:${port}: `).and.contain('ECONNREFUSED');
    expect(log.filter(({ level, error }) => level === 'WARN' && error === undefined)).to.have.length(3);
    const late = await TestServer.listen(port);
    try {
      clock.advance(100);
      (await late.connection()).write('at last\n');
      expect(await readLines(1)).to.deep.equal(['at last']);
    } finally {
      await Promise.all(runs.splice(0).map((run) => run.stop(false)));
      await late.close();
    }
  });

  it('a full queue makes the sender wait; nothing is lost, the order stays', async function () {
    this.timeout(60_000);
    const { readLines, run } = read({ conf: { 'dstreams.receiver.queueBytesMax': '1m' } });
    const socket = await server.connection();
    // More than the buffers of both ends of a loopback connection hold.
    const count = 600_000;
    const pad = 'x'.repeat(50);
    let sent = 0;
    let isBlocked = false;
    const send = async () => {
      while (sent < count) {
        let text = '';
        for (let i = 0; i < 10_000; i++) text += `${sent++} ${pad}\n`;
        if (socket.write(text)) continue;
        isBlocked = true;
        await once(socket, 'drain');
        isBlocked = false;
      }
    };
    const sending = send();
    // The sender stands still: what it has written stays with it over many turns of the loop.
    let still = 0;
    let before = -1;
    await until(() => {
      const written = socket.bytesWritten - socket.writableLength;
      still = written === before && isBlocked ? still + 1 : 0;
      before = written;
      return still > 200;
    });
    expect(sent).to.be.below(count);
    expect(socket.writableLength).to.be.above(0);
    run.plan(1);
    expect(run.info(1)!.numRecords * 55).to.be.below(3 << 20);
    const [lines] = await Promise.all([
      (async () => {
        // The batch that was planned above was not read: 600,000 less its lines are to come.
        const missing = run.info(1)!.numRecords;
        run.batchCompleted!({ timeMs: 1, numRecords: 0, processingMs: 1, schedulingMs: 0 });
        return { missing, rest: await readLines(count - missing) };
      })(),
      sending,
    ]);
    let at = lines.missing;
    for (const line of lines.rest) {
      if (line !== `${at} ${pad}`) throw new Error(`line ${at} is ${line}`);
      at++;
    }
    expect(at).to.equal(count);
  });

  it('a line of 100 MB is dropped and reported; memory stays bounded, the lines around it come', async function () {
    this.timeout(60_000);
    const { readLines, events, log } = read({ conf: { 'dstreams.source.lineBytesMax': '1m' } });
    const socket = await server.connection();
    socket.write('before\n');
    expect(await readLines(1)).to.deep.equal(['before']);
    const megabyte = Buffer.alloc(1 << 20, 'x');
    globalThis.gc?.();
    const bytesBefore = process.memoryUsage().arrayBuffers;
    let bytesMax = 0;
    for (let i = 1; i <= 100; i++) {
      if (!socket.write(megabyte)) await once(socket, 'drain');
      if (i % 10 === 0) globalThis.gc?.();
      bytesMax = Math.max(bytesMax, process.memoryUsage().arrayBuffers - bytesBefore);
    }
    socket.write('\nafter\n');
    expect(await readLines(2)).to.deep.equal(['before', 'after']);
    expect(events.slice(1)).to.deep.equal(['error SocketReceiver: a line was dropped']);
    const { error } = log.find(({ level }) => level === 'WARN')!;
    expect((error as DStreamsError).code).to.equal('LINE_TOO_LONG');
    expect((error as DStreamsError).message)
      .to.contain(`127.0.0.1:${server.port}`)
      .and.contain('1048576 bytes')
      .and.contain('dstreams.source.lineBytesMax');
    expect(bytesMax).to.be.below(80 << 20);
  });

  it('maxRate holds for lines too', async () => {
    const { run, clock } = read({ conf: { 'spark.streaming.receiver.maxRate': 10 } });
    const socket = await server.connection();
    socket.write('x\n'.repeat(100));
    await until(() => run.hasUnplanned());
    for (let i = 0; i < 100; i++) clock.advance(10);
    run.plan(1000);
    expect(run.info(1000)!.numRecords).to.equal(11);
  });

  it('stop closes the connection', async () => {
    const { run, events } = read();
    const socket = await server.connection();
    const closed = once(socket, 'close');
    socket.resume();
    await run.stop(true);
    await closed;
    expect(events.at(-1)).to.equal('stopped SocketReceiver: Stopped by driver');
  });
});

describe('records from a socket by a converter', () => {
  let server: TestServer;
  let run: InputRun | undefined;

  beforeEach(async () => {
    server = await TestServer.listen();
  });

  afterEach(async () => {
    await run?.stop(false);
    await server.close();
  });

  async function* numbers(input: AsyncIterable<Uint8Array>): AsyncIterable<number> {
    for await (const chunk of input) for (const byte of chunk) yield byte;
  }

  it('reads the bytes of one connection after the other', async () => {
    const stream = started(socketStream('127.0.0.1', server.port, numbers, LEVEL));
    run = stream.run;
    (await server.connection()).end(Buffer.from([1, 2, 3]));
    await until(() => stream.events.length === 2);
    expect(stream.events[1]).to.equal(
      'stopped SocketReceiver: Restarting receiver with delay 2000ms: Socket data stream had no more data',
    );
    stream.clock.advance(2000);
    (await server.connection()).write(Buffer.from([4]));
    await until(() => stream.receiver !== undefined && stream.events.length === 3);
    const seen: unknown[] = [];
    for (let timeMs = 3000; seen.length < 4; timeMs += 1000) {
      await until(() => stream.run.hasUnplanned());
      stream.run.plan(timeMs);
      for (const part of await partitionsAt(stream.run, timeMs, stream.host)) seen.push(...part);
    }
    expect(seen).to.deep.equal([1, 2, 3, 4]);
  });

  it('a converter that throws closes the connection and is started again', async () => {
    const failOn = (chunk: Uint8Array): number => {
      throw new Error(`cannot read ${chunk.length} bytes`);
    };
    async function* broken(input: AsyncIterable<Uint8Array>): AsyncIterable<number> {
      for await (const chunk of input) yield failOn(chunk);
    }
    const stream = started(socketStream('127.0.0.1', server.port, broken, LEVEL));
    run = stream.run;
    const socket = await server.connection();
    const closed = once(socket.resume(), 'close');
    socket.write('ab');
    await closed;
    await until(() => stream.events.length === 3);
    expect(stream.events[1]).to.equal('error SocketReceiver: Receiver SocketReceiver-0 failed: cannot read 2 bytes');
    stream.clock.advance(2000);
    await server.connection();
  });

  it('a converter that does not read makes the sender wait, and reads all bytes as they were', async () => {
    let go = () => {};
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const megabyte = Buffer.from(Array.from({ length: 1 << 20 }, (_, i) => i % 251));
    let read = 0;
    async function* slow(input: AsyncIterable<Uint8Array>): AsyncIterable<number> {
      await gate;
      for await (const chunk of input) {
        const start = read % megabyte.length;
        const expected = Buffer.concat([megabyte, megabyte]).subarray(start, start + chunk.length);
        if (!expected.equals(chunk)) throw new Error(`wrong bytes from ${read} on`);
        read += chunk.length;
        yield chunk.length;
      }
    }
    const stream = started(socketStream('127.0.0.1', server.port, slow, LEVEL));
    run = stream.run;
    const socket = await server.connection();
    let sent = 1;
    while (socket.write(megabyte)) sent++;
    let drained = false;
    void once(socket, 'drain').then(() => {
      drained = true;
    });
    for (; sent < 32; sent++) socket.write(megabyte);
    let turns = 0;
    await until(() => ++turns > 500);
    expect(drained).to.equal(false);
    go();
    await until(() => drained);
    await until(() => read === 32 * megabyte.length);
    expect(stream.events).to.deep.equal(['started SocketReceiver']);
  });

  it('a refused connection is no matter of the converter', async () => {
    const port = await freePort();
    let ended = 0;
    async function* counting(input: AsyncIterable<Uint8Array>): AsyncIterable<number> {
      for await (const chunk of input) yield chunk.length;
      ended++;
    }
    const stream = started(socketStream('127.0.0.1', port, counting, LEVEL));
    run = stream.run;
    await until(() => stream.events.length === 2);
    expect(stream.events[1]).to.contain(`Error connecting to 127.0.0.1:${port}`);
    expect(ended).to.equal(1);
  });
});
