import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { type WebSocket, WebSocketServer } from 'ws';
import { needs } from '../../bin/test/needs.ts';
import { toolFolder } from '../../bin/test-tools/tools.mjs';
import { MemoryDisk } from '../../core/internal.ts';
import { outputOf } from './printed.ts';
import { closeAll, type TestServer, testServer, turn } from './peer.ts';
import { barelyGood, OddServer } from './scenario/odd-server.ts';

/** Says why its client gave the first connection up. What would come after the time for a welcome takes an hour here. */
const PROGRAM = `
import asyncio, sys
from dstreams_client import client

client._WELCOME_S = 0.1

async def main():
    reason = asyncio.get_running_loop().create_future()
    def told(status):
        if status.state == "waiting" and not reason.done():
            reason.set_result(status.reason)
    mine = client.connect(sys.argv[1], on_status=told, close_timeout=3600, open_timeout=None, ping_interval=None)
    mine._begin()
    print(await reason)
    await mine.close(wait_s=0)

asyncio.run(main())
`;

/** Gives a token when it is asked for the third time; says why there was no connection, and what the server had then. */
const TOKENS = `
import asyncio, sys
from dstreams_client import GatewayError, client

async def main():
    asked = 0
    async def token():
        nonlocal asked
        asked += 1
        if asked == 1:
            raise asyncio.CancelledError()
        if asked == 2:
            raise GatewayError("CLOSED", "no")
        return "third"
    def told(status):
        if status.state == "waiting":
            print(status.reason)
    mine = client.connect(sys.argv[1], token=token, on_status=told, backoff_ms=1)
    try:
        await mine.publish("clicks", [1])
    except GatewayError as error:
        print(error.close_code, error.message.split()[-1])
    await mine.close(wait_s=0)

asyncio.run(main())
`;

/** Publishes as soon as there is a connection that takes it; says how long it waited before each. */
const WAITS = `
import asyncio, sys
from dstreams_client import client

client.random.uniform = lambda least, most: most
rest = asyncio.sleep
waits = []

async def sleep(seconds):
    waits.append(round(seconds * 1000))
    await rest(0)

async def main():
    mine = client.connect(sys.argv[1], ping_interval=None)
    client.asyncio.sleep = sleep
    await mine.publish("clicks", [1])
    await mine.publish("clicks", [2])
    print(*waits)
    await mine.close(wait_s=0)

asyncio.run(main())
`;

/** Is given a message that is none, and then a welcome, by peers that say no more. Their answers to a goodbye would take an hour. */
const SILENT = `
import asyncio, sys
from dstreams_client import client

client._CLOSE_S = 0.1

async def main():
    seen = asyncio.Queue()
    mine = client.connect(sys.argv[1], on_status=lambda status: seen.put_nowait(status.state), close_timeout=3600,
        open_timeout=None, ping_interval=None, backoff_ms=1)
    mine._begin()
    print(*[await seen.get() for _ in range(4)])
    await mine.close(wait_s=0)

asyncio.run(main())
`;

describe('the Python client', () => {
  const printedOf = async (program: string, url: string): Promise<string> => {
    const { stdout } = await promisify(execFile)(`${toolFolder('websockets')}/bin/python`, ['-B', '-c', program, url], {
      env: { ...process.env, PYTHONPATH: fileURLToPath(new URL('../clients/python/src', import.meta.url)) },
      timeout: 50_000,
    });
    return stdout;
  };

  /** Serves peers, and returns what a program prints that is given their address. */
  const printedWith = async (program: string, serve: (ws: WebSocket) => void): Promise<string> => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: ([first]) => first! });
    server.on('connection', serve);
    await once(server, 'listening');
    try {
      return await printedOf(program, `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    } finally {
      for (const ws of server.clients) ws.terminate();
      server.close();
    }
  };

  it('gives a peer up that takes the connection and says nothing, not even goodbye', async function () {
    needs(this, 'python', 'websockets');
    this.timeout(60_000);
    const stdout = await printedWith(PROGRAM, (ws) => ws.pause());
    expect(stdout).to.equal('ConnectionError: no welcome within 0.1 s\n');
  });

  it('gives a peer up that says something else than welcome, and then nothing', async function () {
    needs(this, 'python', 'websockets');
    this.timeout(60_000);
    const stdout = await printedWith(PROGRAM, (ws) => ws.send('{"t":"ping"}'));
    expect(stdout).to.equal('ConnectionError: no welcome within 0.1 s\n');
  });

  it('leaves a peer that does not answer its goodbye', async function () {
    needs(this, 'python', 'websockets');
    this.timeout(60_000);
    let count = 0;
    const server = await OddServer.start(
      {},
      ({ pause }) => pause(),
      (welcome) => (count++ === 0 ? [] : welcome),
    );
    try {
      expect(await printedOf(SILENT, server.url)).to.equal('connecting waiting connecting open\n');
    } finally {
      await server.stop();
    }
  });

  it('waits longer each time until a connection has shown to be good', async function () {
    needs(this, 'python', 'websockets');
    this.timeout(60_000);
    const server = await barelyGood();
    try {
      expect(await printedOf(WAITS, server.url)).to.equal('200 400 800 200 400\n');
    } finally {
      await server.stop();
    }
  });

  it('asks for a token again where asking was cancelled, or failed by an error as its own', async function () {
    needs(this, 'python', 'websockets');
    this.timeout(60_000);
    const stdout = await printedWith(TOKENS, (ws) => {
      ws.on('message', (text) => {
        const { t, token } = JSON.parse(String(text));
        if (t === 'hello') ws.close(4501, token);
      });
    });
    expect(stdout).to.equal(
      "ConnectionError: no token: asking for it was cancelled\nConnectionError: no token: GatewayError('CLOSED: no')\n4501 third\n",
    );
  });

  /** Runs a program with the client; `printed` resolves with what it has written once that fits. */
  const run = (code: string, cwd: string) => {
    const child = spawn(`${toolFolder('websockets')}/bin/python`, ['-B', '-u', '-c', code], {
      cwd,
      env: { ...process.env, PYTHONPATH: fileURLToPath(new URL('../clients/python/src', import.meta.url)) },
    });
    const printed = outputOf(child, 'it');
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    return { kill: () => child.kill('SIGKILL'), printed, ended };
  };

  describe('with a program', () => {
    let folder: string;
    let server: TestServer;

    beforeEach(async function () {
      needs(this, 'python', 'websockets');
      folder = mkdtempSync(join(tmpdir(), 'dstreams-python-'));
      server = await testServer(
        (t, gateway) => {
          const clicks = t.ssc.receiverStream(gateway.receiver<{ page: string }>('clicks'));
          clicks
            .map(({ page }) => page)
            .countByValue()
            .foreachRDD(gateway.publisher('counts'));
        },
        { durability: 'durable', limits: { helloMs: 3_600_000 } },
        { disk: new MemoryDisk({ now: () => 0 }) },
      );
    });
    afterEach(async () => {
      await closeAll();
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
    });

    const README = readFileSync(new URL('../clients/python/README.md', import.meta.url), 'utf8');
    const samples = [...README.matchAll(/^```python\n([\s\S]*?)^```$/gm)].map(([, code]) => code!);
    const first = [
      ['asyncio', samples.find((code) => code.includes('asyncio.run(main())'))!, 2],
      ['threads', samples.find((code) => code.includes('print') && code.includes('connect_blocking'))!, 1],
    ] as const;
    for (const [name, code, records] of first) {
      it(`publishes and prints counts, as its page says (${name})`, async function () {
        this.timeout(60_000);
        const { printed, kill, ended } = run(code.replace('ws://127.0.0.1:8090/', server.url), folder);
        try {
          while (!(await server.metrics()).includes(`records_in_total ${records}\n`)) await turn();
          // It may subscribe after its first batches: all of them count.
          let isPrinted = false;
          const seen = printed(/^\d+ \[\]$/m).then(() => (isPrinted = true));
          while (!isPrinted) {
            await server.batch();
            await Promise.race([seen, new Promise((resolve) => setTimeout(resolve, 20))]);
          }
          if (name === 'threads') expect(await printed(/\]\]/)).to.match(/^1000 \[\['\/', 1\]\]$/m);
        } finally {
          kill();
          await ended;
        }
      });
    }

    /** Runs it to its end, with a batch of the server each time that it prints `batch`. Gives what else it printed. */
    const told = async (code: string): Promise<string[]> => {
      const { printed, ended, kill } = run(code.replaceAll('URL', JSON.stringify(server.url)), folder);
      try {
        const end = ended.then(() => false);
        const asked = (count: number) => printed(new RegExp(`(^batch$[^]*){${count}}`, 'm')).then(() => true);
        for (let count = 1; await Promise.race([end, asked(count).catch(() => end)]); count++) await server.batch();
        expect(await ended).to.equal(0);
        const lines = (await printed(/$/)).split('\n');
        return lines.filter((line) => line !== '' && line !== 'batch');
      } finally {
        kill();
      }
    };

    it('sends what was given to it, whatever becomes of the values and of who waits', async function () {
      this.timeout(60_000);
      const said = await told(`
import threading
from dstreams_client import connect_blocking

with connect_blocking(URL, on_status=lambda status: client.publish("clicks", [{"page": "never"}])) as client:
    batches = client.subscribe("counts", position="earliest")
    gate = threading.Event()
    client._loop.call_soon_threadsafe(gate.wait)  # It is busy.
    row = {"page": "a"}
    sent = [client.send("clicks", [row])]
    row["page"] = "b"
    sent.append(client.send("clicks", [row]))
    row["page"] = "c"
    print(sent[0].cancel())
    try:
        client.publish("clicks", [{"page": "late"}], timeout=0)
    except TimeoutError as error:
        print(error)
    gate.set()
    print([future.result(30).seq for future in sent])
    client.ready(30)
    client.publish("clicks", [{"page": "z"}])
    print("batch")
    print(sorted(batches.next(30).records))
`);
      expect(said.filter((line) => !/RuntimeError|NameError|Traceback|^ |on_status failed/.test(line))).to.deep.equal([
        'False',
        'not done within 0 s',
        '[1, 2]',
        "[['a', 1], ['b', 1], ['late', 1], ['z', 1]]",
      ]);
      expect(said.join('\n')).to.match(/RuntimeError: this is the client's own thread/);
    });

    it('gives each batch to one of its threads, and none to who was interrupted', async function () {
      this.timeout(60_000);
      const said = await told(`
import signal, threading
from dstreams_client import connect_blocking

def interrupt(*_):
    raise KeyboardInterrupt

signal.signal(signal.SIGALRM, interrupt)
with connect_blocking(URL) as client:
    batches = client.subscribe("counts", position="earliest")
    signal.setitimer(signal.ITIMER_REAL, 0.1)
    try:
        batches.next()
    except KeyboardInterrupt:
        print("interrupted")
    taken = []
    threads = [threading.Thread(target=lambda: taken.append(batches.next(30).batch_time)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in threads:
        print("batch")
    for thread in threads:
        thread.join()
    print(sorted(taken))
`);
      expect(said).to.deep.equal(['interrupted', '[1000, 2000, 3000]']);
    });

    it('says that it has ended to whoever waits, and to whoever asks then', async function () {
      this.timeout(60_000);
      const said = await told(`
import threading
from dstreams_client import connect_blocking, GatewayError

def code(work):
    try:
        return work()
    except GatewayError as error:
        return error.code
    except StopIteration:
        return "the end"

with connect_blocking(URL) as client:
    batches = client.subscribe("counts", position="earliest")
    others = client.subscribe("counts", position="earliest")
    print("batch")
    print("batch")
    first = batches.next(30)
    for _ in range(2):
        others.next(30)
print(batches.next().batch_time - first.batch_time, code(batches.next), list(batches))
batches.ack(first)
batches.nack(first)
batches.stop()
print(code(lambda: client.publish("clicks", [1])), code(client.send("clicks", [1]).result), code(client.describe))
print(code(client.ready), code(lambda: client.last_sequence("clicks")), code(client.subscribe("counts").next))
client.close()

away = connect_blocking("ws://127.0.0.1:9/")
reading = away.subscribe("counts")
work = [lambda: away.publish("clicks", [1]), away.describe, reading.next, lambda: away.last_sequence("clicks")]
said = [None] * len(work)
def at(i):
    said[i] = code(work[i])
threads = [threading.Thread(target=at, args=(i,)) for i in range(len(work))]
for thread in threads:
    thread.start()
while away.buffered == 0 or len(away._client._questions) == 0 or reading._next is None:
    pass
closing = [threading.Thread(target=lambda: away.close(wait_s=0)) for _ in range(2)]
for thread in closing:
    thread.start()
for thread in threads + closing:
    thread.join(30)
print(said)

left = connect_blocking("ws://127.0.0.1:9/")
left.send("clicks", [1])
connect_blocking(URL).publish("clicks", [{"page": "/"}])
print("left open")
`);
      expect(said).to.deep.equal([
        '1000 the end []',
        'ENDED ENDED ENDED',
        'ENDED ENDED ENDED',
        "['ENDED', 'ENDED', 'the end', 'ENDED']",
        'left open',
      ]);
    });

    it('ends where its end is cancelled, and says which record has no form', async function () {
      this.timeout(60_000);
      const said = await told(`
import asyncio, math
from dstreams_client import connect, GatewayError, Record

async def main():
    client = connect("ws://127.0.0.1:9/")
    sent = client.send("clicks", [Record(1)])
    closing = asyncio.ensure_future(client.close())
    await asyncio.sleep(0)
    closing.cancel()
    print(isinstance((await asyncio.gather(closing, return_exceptions=True))[0], asyncio.CancelledError))
    print((await asyncio.gather(sent, return_exceptions=True))[0])
    while len(asyncio.all_tasks()) > 1:
        await asyncio.sleep(0)
    async with connect(URL) as client:
        for wrong in [Record({1, 2}), Record(object())], [Record(1, timestamp_ms=math.nan)], [Record({"a": 1, 2: 3})]:
            try:
                await client.publish_records("clicks", wrong)
            except GatewayError as error:
                print(str(error).replace(": nan", "").replace("Out of range float values are not JSON compliant", "…"))
        # Cancelled as soon as it has begun: it is sent all the same.
        publishing = asyncio.ensure_future(client.publish("clicks", [{"page": "x"}]))
        await asyncio.sleep(0)
        publishing.cancel()
        batches = client.subscribe("counts", position="earliest")
        reading = asyncio.ensure_future(batches.__anext__())
        await client.describe()
        reading.cancel()
        while client.buffered > 0:
            await asyncio.sleep(0.01)
        print("batch")
        print((await batches.__anext__()).records)

asyncio.run(main())
`);
      expect(said).to.deep.equal([
        'True',
        'ENDED: the client was closed',
        'INVALID: record 1: a object has no form that can be sent',
        'INVALID: record 0 has no form that can be sent: …',
        'INVALID: record 0: the key 2 of a record is no text',
        "[['x', 1]]",
      ]);
    });

    it('tells a thread where it is, and loses no batch by a timeout', async function () {
      this.timeout(60_000);
      const code = `
from dstreams_client import connect_blocking, GatewayError

with connect_blocking(${JSON.stringify(server.url)}, producer_id="p") as client:
    batches = client.subscribe("counts")
    client.describe()
    start = batches.position
    try:
        batches.next(timeout=0.05)
        print("none was there")
    except TimeoutError:
        pass
    client.publish("clicks", [{"page": "/"}])
    print("now")
    print(batches.position == start, start.after, batches.stream)
    batch = batches.next(timeout=30)
    print(batch.records, tuple(batches.position) == (batch.epoch, batch.batch_time), batches.epoch == batch.epoch)
    print(client.last_sequence("clicks"), client.buffered, client.producer_id)
    batches.stop()
    print(list(batches))
    try:
        client.publish("clicks", [{"constructor": 1}])
    except GatewayError as error:
        print(error.code)
`;
      const { printed, ended, kill } = run(code, folder);
      try {
        await printed(/now/);
        await server.batch();
        const said = await printed(/INVALID/);
        expect(said.split('\n').slice(1, -1)).to.deep.equal([
          'True 0 counts',
          "[['/', 1]] True True",
          '0 0 p',
          '[]',
          'INVALID',
        ]);
        expect(await ended).to.equal(0);
      } finally {
        kill();
      }
    });
  });
});
