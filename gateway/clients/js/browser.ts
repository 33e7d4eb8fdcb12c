import { GatewayClient } from './client.ts';
import { type SocketLike, systemHost } from './host.ts';
import type { ClientOptions } from './options.ts';

export * from './exports.ts';

type SocketClass = new (url: string, protocol: string) => SocketLike;

const host = systemHost((url, protocol) => {
  const { WebSocket } = globalThis as unknown as { readonly WebSocket: SocketClass };
  return new WebSocket(url, protocol);
});

/** As in Node: connects to a gateway, and again whenever the connection breaks. Returns at once. */
export const connect = (url: string, options: ClientOptions = {}): GatewayClient =>
  new GatewayClient(url, options, host);
