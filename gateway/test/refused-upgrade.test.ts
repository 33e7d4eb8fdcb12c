import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { needs } from '../../bin/test/needs.ts';
import { CLIENTS } from './scenario/clients.ts';

describe('a server that answers by HTTP', () => {
  let server: Server;
  let status: number;
  let url: string;

  beforeEach(async () => {
    server = createServer((_, response) => response.writeHead(status).end('none of yours\n'));
    server.on('upgrade', (_, socket) => {
      socket.end(`HTTP/1.1 ${status} No\r\nConnection: close\r\nContent-Length: 14\r\n\r\nnone of yours\n`);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  for (const [language, { needs: tools, start }] of Object.entries(CLIENTS)) {
    it(`ends the ${language} client by what is final, and is tried again where it is not`, async function () {
      needs(this, ...tools);
      this.timeout(60_000);
      const driver = start();
      try {
        for (status of [400, 403, 404]) {
          await driver.ask({ do: 'connect', client: `${status}`, url });
          const answer = await driver.ask({ do: 'describe', client: `${status}` });
          expect(answer.error, `${status}`).to.include({ code: 'CLOSED' });
          await driver.reaches(`${status}`, 'closed');
        }
        for (status of [408, 429, 503]) {
          await driver.ask({ do: 'connect', client: `${status}`, url });
          for (let i = 0; i < 2; i++) await driver.reaches(`${status}`, 'waiting');
          await driver.ask({ do: 'close', client: `${status}`, waitMs: 0 });
        }
      } finally {
        await driver.end();
      }
    });
  }
});
