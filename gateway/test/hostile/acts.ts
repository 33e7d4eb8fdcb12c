import { request } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { expect } from 'chai';
import { Peer, type TestServer, turn } from '../peer.ts';

/** What is under a peer: for bytes that the library would not send. */
export const socketOf = (peer: Peer) => (peer.ws as unknown as { _socket: { write(bytes: Buffer): void } })._socket;

/** It answers no ping from here on. */
export function goSilent(peer: Peer): void {
  (peer.ws as unknown as { _autoPong: boolean })._autoPong = false;
}

/** Moves time on until something has happened; a test's own time-out ends what never does. */
export async function passUntil(server: TestServer, event: Promise<unknown>, stepMs: number): Promise<void> {
  let isOver = false;
  void event.then(() => (isOver = true));
  while (!isOver) {
    server.t.clock.advance(stepMs);
    await turn();
  }
}

/** Runs a batch of one record that is larger than what the network takes, for a peer that has stopped reading. */
export async function stuff(peer: Peer, server: TestServer, bytes: number): Promise<void> {
  peer.ws.pause();
  const other = await Peer.connect(server);
  expect(await other.pub('in', ['x'.repeat(bytes)])).to.include({ t: 'puback' });
  await server.batch();
}

/** A bare TCP connection. */
export async function rawConnection({ url }: { readonly url: string }) {
  const socket = connectTcp(Number(new URL(url).port), '127.0.0.1');
  let isClosed = false;
  const closed = new Promise<void>((resolve) => {
    socket.on('close', () => {
      isClosed = true;
      resolve();
    });
  });
  socket.on('error', () => {}); // 'close' follows.
  await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
  await turn();
  return { socket, closed, isClosed: () => isClosed };
}

/** The answer to a request for an upgrade. */
export const askUpgrade = (server: { readonly url: string }, headers: Record<string, string>) =>
  new Promise<{ status: number; text: string }>((resolve, reject) => {
    const asked = request(new URL(server.url.replace('ws', 'http')), {
      headers: {
        connection: 'upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
        'sec-websocket-protocol': 'dstreams.v1.json',
        ...headers,
      },
    });
    asked.on('upgrade', (_, socket) => {
      socket.destroy();
      resolve({ status: 101, text: '' });
    });
    asked.on('response', (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode!, text }));
    });
    asked.on('error', reject);
    asked.end();
  });
