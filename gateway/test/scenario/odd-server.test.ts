import { expect } from 'chai';
import { needs } from '../../../bin/test/needs.ts';
import { CLIENTS } from './clients.ts';
import type { Driver } from './driver.ts';
import { type Message, type OddConnection, OddServer } from './odd-server.ts';

/** Each on a connection of its own, behind the answer to `sub`. */
const NONSENSE = [
  '{',
  'null',
  '7',
  '{"t":"batch","sub":1,"batchTime":1000}',
  '{"t":"batch","sub":1,"batchTime":1000,"part":[0,1],"count":1,"records":null}',
];

for (const [language, { needs: tools, start }] of Object.entries(CLIENTS)) {
  describe(`the ${language} client of a server that is odd`, function () {
    this.timeout(60_000);
    let server: OddServer;
    let driver: Driver;

    const begin = async (
      limits: object,
      onMessage: (connection: OddConnection, message: Message) => void,
      greeting?: (welcome: object, index: number) => object,
    ) => {
      server = await OddServer.start(limits, onMessage, greeting);
      driver = start();
      await driver.ask({ do: 'connect', client: 'a', url: server.url });
    };

    before(function () {
      needs(this, ...tools);
    });
    afterEach(async () => {
      await driver.ask({ do: 'close', client: 'a', waitMs: 0 });
      await driver.end();
      await server.stop();
    });

    it('tries another connection after what it does not understand', async () => {
      const heard: number[] = [];
      await begin({}, ({ index, say }, { t, id }) => {
        if (t !== 'sub') return;
        heard.push(index);
        say({ t: 'subok', id, sub: 1, epoch: 'e' });
        say(NONSENSE[index] ?? { t: 'batch', sub: 1, batchTime: 1000, part: [0, 1], count: 1, records: [7] });
      });
      await driver.ask({ do: 'subscribe', client: 'a', sub: 's', stream: 'copies', from: 'earliest' });
      const { ok } = await driver.ask({ do: 'next', sub: 's' });
      expect(ok).to.deep.include({ batchTime: 1000, records: [7] });
      expect(heard).to.deep.equal([...NONSENSE.keys(), NONSENSE.length]);
    });

    it('tries another connection where a welcome or a gap says too little', async () => {
      const lacking = [{ credit: undefined }, { credit: { records: 1 } }, { heartbeatMs: null }, { limits: {} }];
      const gaps = [{}, { from: 0, to: '2000', why: 'overload' }, { from: 0, to: 2000 }];
      const heard: number[] = [];
      await begin(
        {},
        ({ index, say }, { t, id }) => {
          if (t !== 'sub') return;
          heard.push(index);
          say({ t: 'subok', id, sub: 1, epoch: 'e' });
          const gap = gaps[index - lacking.length];
          if (gap !== undefined) say({ t: 'gap', sub: 1, ...gap });
          else say({ t: 'batch', sub: 1, batchTime: 1000, part: [0, 1], count: 1, records: [7] });
        },
        (welcome, index) => ({ ...welcome, ...lacking[index] }),
      );
      await driver.ask({ do: 'subscribe', client: 'a', sub: 's', stream: 'copies', from: 'earliest' });
      const { ok } = await driver.ask({ do: 'next', sub: 's' });
      expect(ok).to.deep.include({ batchTime: 1000, records: [7], gap: null });
      expect(heard).to.deep.equal([4, 5, 6, 7]);
    });

    it('refuses options by which nothing would ever come or rest', async () => {
      await begin({}, () => {});
      const nan = { $f: 'NaN' };
      const wrong = [
        ...[0, -1, nan].map((backoffMs) => ({ backoffMs })),
        { backoffMs: 2, backoffMaxMs: 1 },
        { backoffMaxMs: 2 ** 31 },
        ...[0, -1, nan].map((bufferBytesMax) => ({ bufferBytesMax })),
      ].map((options) => ({ do: 'connect', client: 'b', url: server.url, ...options }));
      const windows = ['windowRecords', 'windowBytes'].flatMap((name) =>
        [0, -1, nan].map((value) => ({ [name]: value })),
      );
      for (const options of windows) {
        wrong.push({ do: 'subscribe', client: 'a', sub: 's', stream: 'copies', ...options } as never);
      }
      for (const command of wrong) {
        expect((await driver.ask(command)).error?.code, JSON.stringify(command)).to.equal('INVALID');
      }
    });

    it('ends for good by the codes from 4500 to 4999 and an expired token, and by no other', async () => {
      const codes = [1000, 1001, 1011, 3000, 3999, 4000, 4499, 4500, 4999, 4010];
      await begin({}, ({ index, close }, { t }) => {
        if (t === 'hello') close(codes[index]!);
      });
      for (const closeCode of [4500, 4999, 4010]) {
        if (closeCode !== 4500) await driver.ask({ do: 'connect', client: 'a', url: server.url });
        const { error } = await driver.ask({ do: 'describe', client: 'a' });
        expect(error).to.deep.include({ code: 'CLOSED', closeCode });
      }
    });

    it('takes a frame of many MiB, and one of many pieces', async () => {
      const records = Array.from({ length: 300 }, (_, i) => `${i} ${'ж'.repeat(50_000)}`);
      await begin({}, ({ say }, { t, id }) => {
        if (t !== 'sub') return;
        say({ t: 'subok', id, sub: 1, epoch: 'e' });
        say({ t: 'batch', sub: 1, batchTime: 1000, part: [0, 1], count: 300, records });
      });
      await driver.ask({ do: 'subscribe', client: 'a', sub: 's', stream: 'copies', from: 'earliest' });
      const { ok } = await driver.ask({ do: 'next', sub: 's' });
      expect((ok as { records: string[] }).records).to.deep.equal(records);
    });

    it('does not move its position back by what is given back after its end', async () => {
      await begin({}, ({ say }, { t, id }) => {
        if (t !== 'sub') return;
        say({ t: 'subok', id, sub: 1, epoch: 'e' });
        say({ t: 'batch', sub: 1, batchTime: 1000, part: [0, 1], count: 1, records: [7] });
      });
      const from = 'earliest';
      await driver.ask({ do: 'subscribe', client: 'a', sub: 's', stream: 'copies', from, ack: 'manual' });
      await driver.ask({ do: 'next', sub: 's' });
      await driver.ask({ do: 'stop', sub: 's' });
      await driver.ask({ do: 'nack', sub: 's' });
      expect((await driver.ask({ do: 'position', sub: 's' })).ok).to.deep.equal({ epoch: 'e', after: 1000 });
    });

    it('says all that is lost, also where a batch is that was half here', async () => {
      await begin({}, ({ say }, { t, id, stream }) => {
        if (t !== 'sub') return;
        const sub = stream === 'kept' ? 1 : 2;
        const half = (batchTime: number) => ({ t: 'batch', sub, batchTime, part: [0, 2], count: 2, records: [1] });
        say({ t: 'subok', id, sub, epoch: 'e' });
        say({ t: 'gap', sub, from: 1000, to: 3000, why: sub === 1 ? 'retention' : 'epoch' });
        say(half(3000));
        say({ t: 'gap', sub, from: 2999, to: 5000, why: 'overload' });
        say({ t: 'batch', sub, batchTime: 5000, part: [0, 1], count: 0, records: [] });
        say({ t: 'batch', sub, batchTime: 6000, part: [0, 1], count: 0, records: [] });
      });
      for (const [stream, why] of [
        ['kept', 'overload'],
        ['anew', 'epoch'],
      ]) {
        await driver.ask({ do: 'subscribe', client: 'a', sub: stream, stream, from: { after: 1000 }, epoch: 'e' });
        const { ok } = await driver.ask({ do: 'next', sub: stream });
        expect(ok).to.deep.include({ batchTime: 5000, gap: { from: 1000, to: 5000, why } });
        expect((await driver.ask({ do: 'next', sub: stream })).ok).to.deep.include({ batchTime: 6000, gap: null });
      }
    });

    it('sends a frame of each stream in turn', async () => {
      const order: string[] = [];
      let first: (() => void) | undefined;
      await begin({ recordsPerFrame: 1, unackedFrames: 1 }, ({ say }, { t, id, stream, seq }) => {
        if (t === 'describe') {
          // All are with the client.
          say({ t: 'described', id, streams: [] });
          first!();
        }
        if (t !== 'pub') return;
        order.push(stream);
        const answer = () => say({ t: 'puback', id, stream, seq });
        if (order.length === 1) first = answer;
        else answer();
      });
      await driver.reaches('a', 'open');
      const publish = (stream: string, values: number[]) => driver.ask({ do: 'publish', client: 'a', stream, values });
      const all = [publish('bulk', [1, 2, 3, 4]), publish('other', [1]), publish('third', [1, 2])];
      await driver.ask({ do: 'describe', client: 'a' });
      expect((await Promise.all(all)).map(({ ok }) => ok)).to.deep.equal([{ seq: 4 }, { seq: 1 }, { seq: 2 }]);
      expect(order).to.deep.equal(['bulk', 'bulk', 'other', 'third', 'bulk', 'third', 'bulk']);
    });
  });
}
