import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { closeAll, Peer, type TestServer, testServer } from './peer.ts';

const at = (name: string) => readFileSync(new URL(`./tls/${name}.pem`, import.meta.url));
const tls = { cert: at('certificate'), key: at('key') };

const serve = (options = {}) =>
  testServer((t, gateway) => t.ssc.receiverStream(gateway.receiver('in')).foreachRDD(gateway.publisher('out')), {
    ...options,
    tls,
  });

async function connect({ url }: TestServer): Promise<Peer> {
  const peer = new Peer(new WebSocket(url.replace('ws:', 'wss:'), 'dstreams.v1.json', { ca: tls.cert }));
  peer.ws.once('open', () => peer.send({ t: 'hello', v: 1 }));
  await peer.next('welcome');
  return peer;
}

describe('a gateway with TLS', () => {
  afterEach(closeAll);

  it('takes records, and says goodbye when it stops', async () => {
    const server = await serve();
    const peer = await connect(server);
    expect(await peer.pub('in', [1])).to.include({ t: 'puback' });
    await server.t.stop();
    expect(await peer.close()).to.include({ code: 4001 });
  });

  it('agrees with many at once', async () => {
    const server = await serve();
    const peers = await Promise.all(Array.from({ length: 90 }, () => connect(server)));
    const answers = await Promise.all(peers.map((peer) => peer.pub('in', [1])));
    expect(answers.filter(({ t }) => t === 'puback')).to.have.length(90);
  });

  it('stops while connections have said nothing, or half of their first words', async () => {
    const server = await serve();
    const port = Number(new URL(server.url).port);
    const closed = ['', '\x16\x03\x01'].map(
      (words) =>
        new Promise<void>((resolve) => {
          const socket = connectTcp(port, '127.0.0.1', () => socket.write(words, 'latin1'));
          socket.on('error', () => {});
          socket.on('close', () => resolve());
        }),
    );
    await (await connect(server)).pub('in', [1]);
    await server.t.stop();
    await Promise.all(closed);
  });
});
