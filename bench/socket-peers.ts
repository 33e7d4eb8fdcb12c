import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { SeededRandom } from '../core/time/random.ts';
import type { Server } from './processes.ts';
import { randomLines, vocabulary } from './text-blocks.ts';
import { WORD_COUNT } from './word-count.ts';

const CHUNK_LINES = 20_000;
const TICK_MS = 5;

/** Sends lines of ten words to whoever connects: `perSecond` lines, or with 0 as fast as they are taken. Answers with its port. */
export const senderChild: Server = async (perSecond: number) => {
  const random = new SeededRandom(WORD_COUNT.seed);
  const chunk = Buffer.from(randomLines(random, vocabulary(random, WORD_COUNT.distinct), CHUNK_LINES));
  const starts = [0];
  for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) starts.push(at + 1);
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    if (perSecond === 0) flatOut(socket, chunk);
    else paced(socket, chunk, starts, perSecond);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return () => (server.address() as AddressInfo).port;
};

function flatOut(socket: Socket, chunk: Buffer): void {
  const send = () => {
    while (!socket.destroyed && socket.write(chunk));
  };
  socket.on('drain', send);
  send();
}

/** What the other side does not take in time is not made up for: it would have sent less. */
function paced(socket: Socket, chunk: Buffer, starts: readonly number[], perSecond: number): void {
  const startedMs = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    let due = Math.floor(((performance.now() - startedMs) / 1000) * perSecond) - sent;
    while (due > 0) {
      const from = sent % CHUNK_LINES;
      const n = Math.min(due, CHUNK_LINES - from);
      socket.write(chunk.subarray(starts[from]!, starts[from + n]!));
      sent += n;
      due -= n;
    }
  }, TICK_MS);
  socket.on('close', () => clearInterval(timer));
}

/** What can be done by hand on one thread: read, split, count, a new map every second. Answers with lines per second. */
export const readerChild: Server = (port: number) => (seconds: number) =>
  new Promise<number>((resolve) => {
    const decoder = new StringDecoder('utf8');
    const socket = connect({ port, host: '127.0.0.1' });
    let counts = new Map<string, { n: number }>();
    let carry = '';
    let lines = 0;
    socket.on('data', (bytes: Buffer) => {
      const parts = (carry + decoder.write(bytes)).split('\n');
      carry = parts.pop()!;
      for (let i = 0; i < parts.length; i++) {
        const words = parts[i]!.split(' ');
        for (let w = 0; w < words.length; w++) {
          const cell = counts.get(words[w]!);
          if (cell === undefined) counts.set(words[w]!, { n: 1 });
          else cell.n++;
        }
      }
      lines += parts.length;
    });
    const timer = setInterval(() => {
      counts = new Map();
    }, 1000);
    const startedMs = performance.now();
    setTimeout(() => {
      clearInterval(timer);
      socket.destroy();
      resolve((lines / (performance.now() - startedMs)) * 1000);
    }, seconds * 1000);
  });
