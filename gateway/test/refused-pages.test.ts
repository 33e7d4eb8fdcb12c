import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { closeAll, type TestServer, testServer } from './peer.ts';

/** The status of the answer to a page of `origin`. */
async function ask({ url }: TestServer, origin: string): Promise<number> {
  const ws = new WebSocket(url, 'dstreams.v1.json', { origin });
  ws.on('error', () => {});
  const [, response] = await once(ws, 'unexpected-response');
  ws.terminate();
  return response.statusCode;
}

describe('pages that may not connect', () => {
  afterEach(closeAll);

  it('are told in the log, each origin once, and not without end', async () => {
    const server = await testServer((t, gateway) => {
      t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
    });
    const told = () => server.t.log.messages('WARN').filter((message) => message.includes('may not connect'));
    // First, while there is room for it.
    expect(await ask(server, `http://${'x'.repeat(5000)}.example`)).to.equal(403);
    expect(told()).to.have.length(0);
    for (const origin of ['http://localhost:5173', 'http://localhost:5173', 'http://shop.example']) {
      expect(await ask(server, origin)).to.equal(403);
    }
    expect(told()).to.have.length(2);
    expect(told()[0]).to.include('origins: ["http://localhost:5173"]');
    for (let i = 0; i < 40; i++) expect(await ask(server, `http://${i}.example`)).to.equal(403);
    expect(told()).to.have.length(16);
  });

  it('say nothing to the terminal that shows the log', async () => {
    const server = await testServer((t, gateway) => {
      t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
    });
    // Headers may hold the second set of control characters; 9b begins a command.
    expect(await ask(server, 'http://\u009b31mred')).to.equal(403);
    const [told] = server.t.log.messages('WARN').filter((message) => message.includes('may not connect'));
    expect(told)
      .to.include('Pages of http://?31mred may')
      .and.to.match(/^[ -~]*$/);
  });
});
