import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { needs } from '../../bin/test/needs.ts';
import { JVM, javaClasses } from './java.ts';
import { barelyGood, OddServer } from './scenario/odd-server.ts';

const said = async (program: string, ...urls: readonly string[]): Promise<string> => {
  const args = [...JVM, '-cp', javaClasses(), `dstreams.client.${program}`, ...urls];
  return (await promisify(execFile)('java', args, { timeout: 50_000 })).stdout;
};

describe('the Java client', () => {
  it('gives up a peer that takes the connection and says nothing, before the upgrade or after it', async function () {
    needs(this, 'java');
    this.timeout(60_000);
    const sockets: Socket[] = [];
    const silent = createServer((socket) => sockets.push(socket));
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    const odd = await OddServer.start(
      {},
      ({ pause }) => pause(),
      () => ({ t: 'later' }),
    );
    try {
      const url = `ws://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
      expect(await said('Silence', url, odd.url)).to.equal(
        'java.net.http.HttpTimeoutException: request timed out\nno welcome within 100 ms\n',
      );
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
      await odd.stop();
    }
  });

  it('waits longer each time until a connection has shown to be good', async function () {
    needs(this, 'java');
    this.timeout(60_000);
    const server = await barelyGood();
    try {
      expect(await said('Backoffs', server.url)).to.equal('[1, 2, 3, 1, 2]\n');
    } finally {
      await server.stop();
    }
  });
});

describe('what is published by the Java client', () => {
  it('fits the session that begins while it is given to the client', async function () {
    needs(this, 'java');
    this.timeout(60_000);
    expect(await said('LateLimits', 'ws://127.0.0.1:1/')).to.equal('[1, 1]\n');
  });
});
