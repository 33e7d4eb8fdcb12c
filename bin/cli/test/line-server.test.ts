import { expect } from 'chai';
import { once } from 'node:events';
import { connect } from 'node:net';
import { ManualClock, SeededRandom } from '../../../core/time/index.ts';
import { startLineServer } from '../line-server.ts';

describe('startLineServer', () => {
  it('sends each client a line of words at once and every 200 ms', async () => {
    const clock = new ManualClock();
    const server = await startLineServer(clock, new SeededRandom(1));
    const client = connect(server.port, '127.0.0.1').setEncoding('utf8');
    let received = '';
    const lines = async (count: number): Promise<string[]> => {
      while (received.split('\n').length <= count) received += (await once(client, 'data'))[0];
      return received.split('\n').slice(0, -1);
    };
    expect(await lines(1)).to.have.length(1);
    clock.advance(199);
    clock.advance(1);
    clock.advance(400);
    const all = await lines(4);
    expect(all).to.have.length(4);
    for (const line of all) expect(line).to.match(/^[a-z]+( [a-z]+){0,3}$/);
    const closed = once(client, 'close');
    server.close();
    await closed;
    clock.advance(1000);
    expect(received.split('\n')).to.have.length(5);
  });
});
