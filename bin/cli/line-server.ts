import { createServer, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Clock, Random, Timer } from '../../core/time/index.ts';

export interface LineServer {
  readonly port: number;
  /** Closes the port and every connection. */
  close(): void;
}

const periodMs = 200;
const wordsMax = 4;
const words = ['hello', 'world', 'stream', 'batch', 'window', 'state', 'word', 'count', 'a', 'the'];

/**
 * A TCP server on a free port of the loopback interface that sends every client a line of a few words each 200 ms: it stands in for
 * `nc -lk 9999`. It does not keep the process alive by itself.
 */
export function startLineServer(clock: Clock, random: Random): Promise<LineServer> {
  const clients = new Set<Socket>();
  const server = createServer((socket) => {
    clients.add(socket);
    let timer: Timer | undefined;
    const send = (): void => {
      // A client that does not read gets no more until it does: nothing piles up here.
      if (!socket.writableNeedDrain) socket.write(`${sentence(random)}\n`);
      timer = clock.setTimer(clock.now() + periodMs, send);
    };
    // A client that goes away is none of our business; `close` follows.
    socket.on('error', () => {});
    socket.on('close', () => {
      timer?.cancel();
      clients.delete(socket);
    });
    socket.unref();
    send();
  });
  server.unref();
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const close = (): void => {
        server.close();
        for (const client of clients) client.destroy();
      };
      resolve({ port: (server.address() as AddressInfo).port, close });
    });
  });
}

function sentence(random: Random): string {
  const picked = Array.from({ length: 1 + random.int(wordsMax) }, () => words[random.int(words.length)]);
  return picked.join(' ');
}
