import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { connect } from '../../clients/js/node.ts';
import { ATTACKED_LIMITS, attackRows, ATTACKS_AND_LOADS, type Attack, isAnswer, READERS } from './attacks.ts';
import { AttackedServer } from './attacked-server.ts';
import { RawPeer } from './raw-peer.ts';

const COPIES = 3;
/** Fast attacks at one time: others have to say their hello within its time. */
const AT_ONCE = 6;

/** Publishes and reads all the time, in small steps, and knows what it must get. */
class Good {
  private readonly client;
  private readonly copies;
  private isOver = false;
  private published = 0;
  readonly got: number[] = [];
  private readonly work: Promise<unknown>[];

  constructor(port: number) {
    this.client = connect(`ws://127.0.0.1:${port}/`);
    this.copies = this.client.subscribe<number>('copies', { from: 'earliest' });
    this.work = [this.write(), this.read()];
    for (const part of this.work) part.catch(() => {}); // Said by `end`.
  }

  private async write(): Promise<void> {
    while (!this.isOver) {
      await this.client.publish('numbers', [this.published++, this.published++]);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  private async read(): Promise<void> {
    for await (const { records, gap } of this.copies) {
      expect(gap).to.equal(undefined);
      this.got.push(...records);
      if (this.isOver && this.got.length >= this.published) return;
    }
  }

  /** Resolves with how many it published, once it has all of them back. */
  async end(): Promise<number> {
    this.isOver = true;
    await Promise.all(this.work);
    await this.client.close();
    return this.published;
  }
}

describe('a gateway that is attacked', function () {
  this.timeout(120_000);
  let server: AttackedServer;
  let good: Good;
  let keptBytes: number;
  const slow = ATTACKS_AND_LOADS.filter(({ isSlow }) => isSlow);
  const fast = ATTACKS_AND_LOADS.filter(({ isSlow }) => !isSlow);
  const started = new Map<Attack, Promise<string>[]>();

  const begin = (attack: Attack) => {
    const acts = Array.from({ length: COPIES }, () => attack.act(server));
    for (const act of acts) act.catch(() => {}); // Said by its test.
    started.set(attack, acts);
    return Promise.allSettled(acts);
  };

  before(async () => {
    server = await AttackedServer.start(ATTACKED_LIMITS);
    good = new Good(server.port);
    const all = slow.map(begin);
    // Once for what a process makes at the first time, and keeps.
    for (const attack of fast) await attack.act(server).catch(() => {});
    await Promise.all(all);
    ({ keptBytes } = await server.use());
  });
  after(() => server.end());

  function claim(attack: Attack): void {
    it(`${attack.answer}: ${attack.name}`, async () => {
      for (const got of await Promise.all(started.get(attack)!)) {
        expect(isAnswer(attack, got), `answered ${got}`).to.equal(true);
      }
    });
  }

  it('is in the guide with each answer', () => {
    const guide = readFileSync(new URL('../../../docs/gateway.md', import.meta.url), 'utf8').split('\n');
    expect(guide).to.include.members(attackRows());
  });

  describe('answers in time', () => {
    for (const attack of slow) claim(attack);
  });

  for (let at = 0; at < fast.length; at += AT_ONCE) {
    describe('answers at once', () => {
      const group = fast.slice(at, at + AT_ONCE);
      before(() => void group.map(begin));
      for (const attack of group) claim(attack);
    });
  }

  describe('and afterwards', () => {
    it('has forgotten two hundred connections that came and went at once', async () => {
      const peers = await Promise.all(Array.from({ length: 200 }, () => RawPeer.upgraded(server.port)));
      for (const { socket } of peers) socket.resetAndDestroy();
      await Promise.all(peers.map((peer) => peer.over()));
      // The good one stays.
      await until(async () => (await server.metrics()).get('connections_open') === 1);
      expect((await server.metrics()).get('connections_before_hello')).to.equal(0);
    });

    it('has its memory back, within 10 %', async () => {
      // Those of whom the most waits to be sent, once more.
      await Promise.all(READERS.map(({ act }) => act(server)));
      // What a collection finds depends on when: it is asked again until it is so.
      await until(async () => (await server.use()).keptBytes <= 1.1 * keptBytes);
    });

    it('has served others, each record once and in order, and logged no error', async () => {
      const published = await good.end();
      expect(published).to.be.greaterThan(0);
      expect(good.got).to.deep.equal(Array.from({ length: published }, (_, i) => i));
      expect(server.isAlive).to.equal(true);
      expect(server.said).to.equal('');
    });
  });
});

/** Asks again and again, for a minute. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 600; i++) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  expect.fail('it is not so after a minute');
}
