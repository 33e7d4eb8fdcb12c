import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';

/**
 * Reads no more than so many bytes of a connection that the server has closed. What was on its way comes before the goodbye, and
 * is read for it; who only goes on sending had the server read 400 MB while it waited for a goodbye.
 */
export function boundLastBytes(ws: WebSocket, socket: Duplex, bytesMax: number): void {
  let bytes = 0;
  socket.on('data', ({ length }: Buffer) => {
    if (ws.readyState !== WebSocket.CLOSING) return;
    bytes += length;
    if (bytes > bytesMax) ws.terminate();
  });
}
