import { expect } from 'chai';
import { z } from 'zod';
import { MemoryDisk } from '../../core/internal.ts';
import { createTestContext } from '../../testing/index.ts';
import { startGateway } from '../index.ts';
import { MSGPACK_CODEC } from '../protocol/codec.ts';
import { closeAll, Peer, testServer, turn } from './peer.ts';

const ID = '9007199254740993';
const WORDS = `the number ${ID} would become 9007199254740992: write {"$i":"${ID}"}, which is a bigint in the job, or a text`;
const frame = (records: string, rest = '') =>
  `{"t":"pub","id":7,"stream":"in","ack":"memory","records":[${records}]${rest}}`;
const LONG = '9'.repeat(4097);
const LONG_WORDS = `the number ${'9'.repeat(40)}… has 4097 digits, and a whole number at most 4096: send a text`;

async function serve(deadLetter?: string) {
  const options = deadLetter === undefined ? {} : { deadLetter };
  const server = await testServer((t, gateway) => {
    t.ssc.receiverStream(gateway.receiver<unknown>('in', options)).foreachRDD(gateway.publisher('out'));
  });
  return { server, peer: await Peer.connect(server) };
}

/** What a stream has in its next batch. */
async function nextOf(server: { batch(): Promise<void> }, peer: Peer, stream: string): Promise<any[]> {
  peer.send({ t: 'sub', id: stream, stream, from: 'earliest' });
  const { sub } = await peer.next('subok');
  await server.batch();
  return (await peer.next('batch', (message) => message.sub === sub)).records;
}

describe('records with numbers that JavaScript has not', () => {
  afterEach(closeAll);

  it('are named, ten at most, by where the number is', async () => {
    const { peer } = await serve();
    const bad = [
      `{"v":${ID}}`,
      `{"v":{"a":[1,{"b\\n.é":${ID}}],"c":"x"}}`,
      `{"v":{"text":"}],{\\"","list":[[],{"x":1,"y":-1e999}]}}`,
      `{"k":${ID},"v":1}`,
      `{"v":1,"h":{"trace":${ID}}}`,
      ID,
      ...Array(10).fill(`{"v":[0,${ID},1e999]}`),
    ];
    peer.raw(frame(['{"v":1}', ...bad].join(' , ')));
    const refused = await peer.next('puberr');
    expect(refused).to.include({ id: 7, code: 'INVALID', message: `record 1: ${WORDS}` });
    expect(refused['bad']).to.have.length(10);
    expect(refused['bad'].slice(0, 7)).to.deep.equal([
      { index: 1, path: '', message: WORDS },
      { index: 2, path: 'a.1.b\n.é', message: WORDS },
      {
        index: 3,
        path: 'list.1.y',
        message: 'the number -1e999 would become -Infinity: write {"$f":"-Infinity"}, or a text',
      },
      { index: 4, path: '', message: `k: ${WORDS}` },
      { index: 5, path: 'trace', message: `h: ${WORDS}` },
      { index: 6, path: '', message: WORDS },
      { index: 7, path: '1', message: WORDS },
    ]);
  });

  it('go to the dead-letter stream, with what was written, and the others on', async () => {
    const { server, peer } = await serve('dead');
    peer.raw(frame(`{"v":1},{"k":"a","v":{"id":${ID},"of":[-1e999,0.5,"1e999"],"$x":{"$i":"${ID}"}}},{"v":2},${ID}`));
    await peer.next('puback');
    expect(await nextOf(server, peer, 'out')).to.deep.equal([1, 2]);
    peer.raw(frame(`{"v":3},{"v":{"id":${ID}}}`));
    await peer.next('puback');
    peer.raw(frame(`{"v":{"id":${ID},"text":"${'x'.repeat(40_000)}"}},{"v":{"n":4}}`));
    await peer.next('puback');
    peer.send({ t: 'sub', id: 1, stream: 'dead', from: 'earliest' });
    await peer.next('subok');
    const letter = { stream: 'in', key: null, producer: null, sequence: null };
    expect((await peer.next('batch')).records).to.deep.equal([
      {
        ...letter,
        key: 'a',
        value: { id: ID, of: ['-1e999', 0.5, '1e999'], $x: 9007199254740993n },
        issues: [{ path: 'id', message: WORDS }],
      },
      { ...letter, value: ID, issues: [{ path: '', message: WORDS }] },
    ]);
    await server.batch();
    const { records } = await peer.next('batch');
    expect(records.map(({ value }: { value: { id: string } }) => value.id)).to.deep.equal([ID, ID]);
  });

  it('refuse the frame of any stream where the number is in no record, or may be in another list', async () => {
    const { peer } = await serve('dead');
    for (const text of [
      frame('{"v":1}', `,"trace":${ID}`),
      frame(`{"v":${ID}}`, ',"records":[{"v":1}]'),
      frame(`{"v":${ID}}`, ',"r\\u0065cords":[{"v":1}]'),
    ]) {
      peer.raw(text);
      expect(await peer.next('puberr')).to.include({ code: 'INVALID', message: WORDS });
    }
  });

  it('count as too many, or too large, like any others', async () => {
    const { peer } = await serve('dead');
    peer.raw(frame(Array(10_002).fill(`{"v":${ID}}`).join(',')));
    expect(await peer.next('puberr')).to.include({ code: 'TOO_LARGE' });
    await closeAll();
    const { peer: other } = await serve();
    other.raw(frame(`${'{"v":1},'.repeat(10_002)}{"v":${ID}}`));
    expect((await other.next('puberr'))['bad']).to.deep.equal([{ index: 10_002, path: '', message: WORDS }]);
  });

  it('are whole numbers of more than 4,096 digits, too, in either form', async () => {
    for (const protocol of ['dstreams.v1.json', MSGPACK_CODEC.subprotocol]) {
      const plain = await serve();
      const peer = await Peer.connect(plain.server, { protocol });
      const send = (to: Peer, values: unknown[]) =>
        to.send({ t: 'pub', id: 7, stream: 'in', ack: 'memory', records: values.map((v) => ({ v })) });
      send(peer, [1, { n: { $i: LONG } }]);
      const { code, bad } = await peer.next('puberr');
      expect({ code, ...bad[0] }).to.deep.include({ code: 'INVALID', index: 1, message: LONG_WORDS });
      // What only looks like one is what it is.
      const others = [
        { $i: LONG.slice(1) },
        { $i: `-${LONG.slice(1)}` },
        { $i: `${LONG}x` },
        ['$i', LONG],
        { $i: [LONG] },
      ];
      send(peer, others);
      await peer.next('puback');
      await closeAll();
      const dead = await serve('dead');
      const writer = await Peer.connect(dead.server, { protocol });
      send(writer, [{ $i: `-${LONG}` }]);
      await writer.next('puback');
      const [letter] = await nextOf(dead.server, writer, 'dead');
      expect(letter.value).to.deep.equal({ $i: `-${LONG}` });
      await closeAll();
    }
  });

  it('are in no batch after a restart either', async () => {
    const disk = new MemoryDisk({ now: () => 0 });
    const seen: unknown[] = [];
    const life = async (nowMs: number) => {
      const t = createTestContext({ batchMs: 1000, disk, nowMs, recovers: true, checkpointDir: '/checkpoint' });
      const gateway = startGateway(t.ssc, { port: 0 });
      const options = { schema: z.unknown(), deadLetter: 'dead' };
      t.ssc.receiverStream(gateway.receiver('in', options)).foreachRDD(async (rdd) => {
        seen.push(...(await rdd.collect()));
      });
      await t.start();
      return { t, url: `ws://127.0.0.1:${gateway.port}/`, batch: () => t.run(1) };
    };
    const first = await life(0);
    const peer = await Peer.connect(first);
    peer.raw(frame(`{"v":1},{"v":{"id":${ID}}},{"v":2}`).replace('memory', 'durable'));
    await peer.next('puback');
    peer.ws.terminate();
    await first.t.crash();
    const second = await life(2500);
    second.t.clock.advance(500);
    const letters = await nextOf(second, await Peer.connect(second), 'dead');
    expect(letters.map(({ value }) => value)).to.deep.equal([{ id: ID }]);
    while (seen.length < 2) await turn();
    expect(seen).to.deep.equal([1, 2]);
    await second.t.stop();
  });
});
