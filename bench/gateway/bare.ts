import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Server } from '../processes.ts';
import { usage } from './usage.ts';
import { decode, encode, type Encoding } from './frames.ts';

/** `count`: parses the frames and counts their values, as a hand-written program would; `echo`: sends each back. */
export type BareKind = 'count' | 'echo';

/** A server with nothing but `ws`. Answers 'port' with its port, anything else with what it has used. */
export const bareChild: Server = async (kind: BareKind, encoding: Encoding, batchMs: number) => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise((resolve) => server.once('listening', resolve));
  const isBinary = encoding === 'msgpack';
  let counts = new Map<unknown, { n: number }>();
  let reader: WebSocket | undefined;
  server.on('connection', (ws) => {
    reader ??= ws;
    ws.on('error', () => {});
    if (kind === 'echo') {
      ws.on('message', (data) => ws.send(data as Buffer, { binary: isBinary }));
      return;
    }
    ws.on('message', (data) => {
      const { records } = decode(data as Buffer, encoding) as { records: readonly { v: unknown }[] };
      for (let i = 0; i < records.length; i++) {
        const { v } = records[i]!;
        const cell = counts.get(v);
        if (cell === undefined) counts.set(v, { n: 1 });
        else cell.n++;
      }
    });
  });
  if (kind === 'count') {
    setInterval(() => {
      const pairs = [...counts].map(([word, { n }]) => [word, n]);
      counts = new Map();
      reader?.send(encode({ t: 'batch', part: [0, 1], records: pairs }, encoding), { binary: isBinary });
    }, batchMs);
  }
  return (request: string) => (request === 'port' ? (server.address() as AddressInfo).port : usage());
};
