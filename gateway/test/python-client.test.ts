import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { WebSocketServer } from 'ws';
import { needs } from '../../bin/test/needs.ts';
import { toolFolder } from '../../bin/test-tools/tools.mjs';
import { MemoryDisk } from '../../core/internal.ts';
import { outputOf } from './printed.ts';
import { closeAll, type TestServer, testServer, turn } from './peer.ts';

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

describe('the Python client', () => {
  it('gives a peer up that takes the connection and says nothing, not even goodbye', async function () {
    needs(this, 'python', 'websockets');
    this.timeout(60_000);
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: ([first]) => first! });
    server.on('connection', (ws) => ws.pause());
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const { stdout } = await promisify(execFile)(
        `${toolFolder('websockets')}/bin/python`,
        ['-B', '-c', PROGRAM, `ws://127.0.0.1:${port}/`],
        {
          env: { ...process.env, PYTHONPATH: fileURLToPath(new URL('../clients/python/src', import.meta.url)) },
          timeout: 50_000,
        },
      );
      expect(stdout).to.equal('ConnectionError: no welcome within 0.1 s\n');
    } finally {
      for (const ws of server.clients) ws.terminate();
      server.close();
    }
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
