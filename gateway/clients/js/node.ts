/**
 * `dstreams/client`: a client of the gateway, for Node and browsers.
 * @module dstreams/client
 */
import { WebSocket } from 'ws';
import { GatewayClient } from './client.ts';
import { type SocketLike, systemHost } from './host.ts';
import type { ClientOptions } from './options.ts';

export * from './exports.ts';

const host = systemHost(
  (url, protocol) => new WebSocket(url, protocol, { perMessageDeflate: false }) as unknown as SocketLike,
);

/**
 * Connects to a gateway (`ws://127.0.0.1:8090/`), and again whenever the connection breaks. Returns at once; what is
 * published meanwhile waits.
 */
export const connect = (url: string, options: ClientOptions = {}): GatewayClient =>
  new GatewayClient(url, options, host);
