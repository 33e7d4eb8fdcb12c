import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { WebSocketServer } from 'ws';
import { needs } from '../../bin/test/needs.ts';
import { toolFolder } from '../../bin/test-tools/tools.mjs';

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
});
