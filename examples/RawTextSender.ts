/**
 * Sends the lines of a file to whoever connects, over and over, as blocks for rawSocketStream.
 *
 *   RawTextSender <port> <file> <blockSize> <bytesPerSec>
 *
 * <port> is where it listens; 0 takes a free one. <blockSize> is how many bytes of text go into a block, <bytesPerSec> what a
 * client gets in a second.
 *
 * To run it:
 *
 *   $ ./run-example RawTextSender 9999 README.md 100000 1000000
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob, rawFrame } from 'dstreams';

/** The file's lines, as many times as the block has room for. */
function blockOf(file: string, blockSize: number): Uint8Array {
  const lines = readFileSync(file, 'utf8').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const records: string[] = [];
  for (let i = 0, bytes = 0; bytes < blockSize && lines.length > 0; i = (i + 1) % lines.length) {
    records.push(lines[i]!);
    bytes += Buffer.byteLength(lines[i]!) + 1;
  }
  return rawFrame(records);
}

/** Whole blocks, each when it is due; a client that does not read gets no more. */
async function send(socket: Socket, frame: Uint8Array, bytesPerSec: number): Promise<void> {
  const since = Date.now();
  for (let sent = 0; !socket.destroyed; sent += frame.length) {
    const dueMs = since + (1000 * sent) / bytesPerSec;
    await sleep(Math.max(0, dueMs - Date.now()));
    if (socket.destroyed) return;
    await new Promise((resolve) => socket.write(frame, resolve));
  }
}

export default defineJob(async ([port, file, blockSize, bytesPerSec, ...others]) => {
  if (
    Number.isNaN(Number(port)) ||
    file === undefined ||
    !(Number(blockSize) > 0) ||
    !(Number(bytesPerSec) > 0) ||
    others.length > 0
  ) {
    console.error('Usage: RawTextSender <port> <file> <blockSize> <bytesPerSec>');
    process.exit(1);
  }
  const frame = blockOf(file, Number(blockSize));
  const server = createServer((socket) => {
    console.log('Got a new connection');
    socket.on('error', () => {}).on('close', () => console.log('Client disconnected'));
    void send(socket, frame, Number(bytesPerSec));
  });
  server.listen(Number(port));
  await once(server, 'listening');
  console.log(`Listening on port ${(server.address() as AddressInfo).port}`);
});
