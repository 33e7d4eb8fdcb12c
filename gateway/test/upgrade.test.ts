import { expect } from 'chai';
import { createTestContext } from '../../testing/index.ts';
import { rawConnection } from './hostile/acts.ts';
import { upgradeRequest } from './hostile/wire.ts';
import { GatewayServer } from '../server/gateway-server.ts';
import { startHub } from './hub.ts';
import { closeAll, type TestServer, testServer, turn } from './peer.ts';

const serve = () =>
  testServer((t, gateway) => {
    t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
  });

const talk = async (server: Pick<TestServer, 'url'>) => {
  const { socket, closed } = await rawConnection(server);
  let text = '';
  socket.on('data', (bytes) => (text += bytes));
  return {
    socket,
    closed,
    said: () => text,
    until: async (words: string) => {
      while (!text.includes(words)) await turn();
    },
  };
};

const PAGE = 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n';

describe('the request for a WebSocket', () => {
  afterEach(closeAll);

  it('is looked at with all of its headers, however many there are', async () => {
    const server = await serve();
    // In 16 KiB there is room for more headers than Node shows unless it is told to.
    const many = Array.from({ length: 1200 }, (_, i) => [`a${i.toString(36)}`, '']);
    for (const [last, status] of [
      [{}, '101'],
      [{ Origin: 'http://shop.example' }, '403'],
    ] as const) {
      const peer = await talk(server);
      const request = upgradeRequest({ headers: { ...Object.fromEntries(many), ...last } });
      peer.socket.write(request.replace(/(a\w+: \r\n)/g, 'a:\r\na:\r\n'));
      await peer.until('\r\n\r\n');
      expect(peer.said().slice(9, 12)).to.equal(status);
      peer.socket.destroy();
      await peer.closed;
    }
  });

  it('or for a page needs no host in HTTP/1.0, as proxies send it to see whether a server is well; of a page it does', async () => {
    const server = await serve();
    for (const [headers, answer] of [
      ['', '200 OK'],
      ['Origin: http://evil.example\r\n', '403 Forbidden'],
      ['Host: evil.example\r\n', '403 Forbidden'],
    ] as const) {
      const peer = await talk(server);
      peer.socket.write(`GET /healthz HTTP/1.0\r\n${headers}\r\n`);
      await peer.closed;
      expect(peer.said()).to.match(new RegExp(`^HTTP/1.1 ${answer}`));
    }
  });

  it('is cut where requests before it are not answered yet: their answers would come within its frames', async () => {
    const server = await serve();
    const hasty = await talk(server);
    hasty.socket.write(PAGE.repeat(4) + upgradeRequest());
    await hasty.closed;
    expect(hasty.said()).to.not.include('101');
    const patient = await talk(server);
    patient.socket.write(PAGE);
    await patient.until('ok\n');
    patient.socket.write(upgradeRequest());
    await patient.until('HTTP/1.1 101');
    patient.socket.destroy();
    await patient.closed;
  });

  it('waits for its turn where many come at once: others are served in between', async () => {
    const t = createTestContext({ batchMs: 1000 });
    let begun = 0;
    const sink = { receive: () => undefined, pinged() {}, drained() {}, leave() {}, end() {} };
    let server!: GatewayServer;
    startHub(t, { port: 0, durability: 'memory' }, (hub) => {
      server = new GatewayServer(hub, () => {
        begun++;
        return sink;
      });
      return server;
    });
    t.ssc.queueStream([]).foreachRDD(async () => {});
    await t.start();
    const url = `ws://127.0.0.1:${server.port}/`;
    const peers = await Promise.all(Array.from({ length: 40 }, () => talk({ url })));
    // So that all of them are there: connections are accepted one in a turn.
    for (const { socket } of peers) socket.write(PAGE);
    for (const { until } of peers) await until('ok\n');
    for (const { socket } of peers) socket.write(upgradeRequest());
    let most = 0;
    while (begun < peers.length) {
      const before = begun;
      await turn();
      most = Math.max(most, begun - before);
    }
    // Four, and in the rest of the turn in which they came once more.
    expect(most).to.be.at.most(8);
    for (const { socket } of peers) socket.destroy();
    await t.stop();
  });
});
