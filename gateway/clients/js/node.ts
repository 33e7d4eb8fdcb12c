/**
 * `dstreams/client`: a client of the gateway, for Node and browsers.
 * @module dstreams/client
 */
import { WebSocket } from 'ws';
import { GatewayClient } from './client.ts';
import { type SocketLike, systemHost } from './host.ts';
import type { ClientOptions } from './options.ts';

export * from './exports.ts';

/** Of what a server says by HTTP. */
const TEXT_MAX = 1000;

const host = systemHost((url, protocol) => {
  const socket = new WebSocket(url, protocol, { perMessageDeflate: false });
  const shown = socket as unknown as SocketLike;
  socket.on('unexpected-response', (_request, response) => {
    let text = '';
    const over = () => {
      shown.onrefused?.(response.statusCode ?? 0, text.slice(0, TEXT_MAX).trim());
      socket.terminate();
    };
    response.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (text.length > TEXT_MAX) response.destroy();
    });
    response.on('error', () => {}).once('close', over);
  });
  return shown;
});

/**
 * Connects to a gateway (`ws://127.0.0.1:8090/`), and again whenever the connection breaks. Returns at once; what is
 * published meanwhile waits.
 */
export const connect = (url: string, options: ClientOptions = {}): GatewayClient =>
  new GatewayClient(url, options, host);
