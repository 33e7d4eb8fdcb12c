import { expect } from 'chai';
import { closeAll, testServer } from '../peer.ts';
import { ATTACKS } from './attacks.ts';

describe('the answers of attacks', () => {
  afterEach(closeAll);

  it('are refusals as well, where something else belongs', async () => {
    const { gateway } = await testServer(
      (t, gateway) => t.ssc.receiverStream(gateway.receiver('in')).foreachRDD(gateway.publisher('out')),
      { limits: { unackedBytes: 50 } },
    );
    const attack = ATTACKS.find(({ name }) => name === 'half of a surrogate pair')!;
    const metrics = async () => new Map<string, number>();
    expect(await attack.act({ port: gateway.port, metrics })).to.equal('puberr FLOW');
  });
});
