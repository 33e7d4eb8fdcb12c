import { expect } from 'chai';
import { connect } from 'dstreams/client';
import { endAll, startExample } from './run-example.ts';

describe('the example of the gateway', function () {
  this.timeout(60_000);
  afterEach(endAll);

  it('counts words that a client publishes, and serves its pages', async () => {
    const example = startExample('GatewayWordCount', '0', '0');
    const text = await example.printed(/Gateway on ws:.*\n/);
    const url = /ws:\/\/\S+\//.exec(text)![0];
    const pages = /http:\/\/[^/]+\//.exec(text)![0];
    for (const path of ['', 'live']) {
      const page = await (await fetch(pages + path)).text();
      expect(page).to.include(new URL(url).port).and.not.include('{{');
    }
    const client = connect(url);
    const counts = client.subscribe<[string, number]>('counts');
    await client.publish('lines', ['b a', 'a  a'], { ack: 'memory' });
    for await (const { records } of counts) {
      if (records.length === 0) continue;
      expect(records).to.deep.equal([
        ['a', 3],
        ['b', 1],
      ]);
      break;
    }
    await client.close();
    example.kill('SIGINT');
    expect((await example.ended).exitCode).to.equal(0);
  });
});
