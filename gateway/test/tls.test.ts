import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
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

const portOf = ({ url }: TestServer) => Number(new URL(url).port);

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

  it('ends a connection that asks for pages without waiting, before all that it sent is begun', async () => {
    const server = await serve();
    const request = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';
    let begun = 0;
    const count = () => begun++;
    subscribe('http.server.request.start', count);
    try {
      const socket = connectTls({ host: '127.0.0.1', port: portOf(server), ca: tls.cert });
      socket.on('error', () => {}).resume();
      await once(socket, 'secureConnect');
      socket.write(request.repeat(1000));
      await once(socket, 'close');
    } finally {
      unsubscribe('http.server.request.start', count);
    }
    // More than eight were too many. The rest is of the same piece.
    expect(begun).to.be.within(9, 9 + 1024 / request.length);
  });

  it('stops while connections have said nothing, half of their first words, or nothing once TLS was agreed on', async () => {
    // Nobody waits for that.
    const server = await serve({ limits: { upgradeMs: 3_600_000 } });
    const port = portOf(server);
    const plain = ['', '\x16\x03\x01'].map((words) => {
      const socket = connectTcp(port, '127.0.0.1', () => socket.write(words, 'latin1'));
      return socket;
    });
    const agreed = connectTls({ host: '127.0.0.1', port, ca: tls.cert });
    const closed = [...plain, agreed].map((socket) => {
      socket.on('error', () => {});
      return new Promise((resolve) => socket.once('close', resolve));
    });
    await once(agreed, 'secureConnect');
    await (await connect(server)).pub('in', [1]);
    await server.t.stop();
    await Promise.all(closed);
  });
});
