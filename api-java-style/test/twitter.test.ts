import { expect } from 'chai';
import { createLogger, errorCodes, isTracked, ManualClock, SparkCore, StreamEngine } from '../../core/internal.ts';
import { LocalFileSystem, MemoryDisk } from '../../testing/index.ts';
import { JavaStreamingContext, SparkConf, Status, type StatusRecord, StorageLevels, TwitterUtils } from '../index.ts';
import { record, virtualContext } from './run.ts';

const tweet = (id: number, text: string): StatusRecord => ({
  id,
  text,
  user: { id: id % 2, screen_name: `u${id % 2}` },
});
const TWEETS = [tweet(1, 'tea'), tweet(2, 'more #Spark'), tweet(3, 'spark and tea')];

describe('a Twitter stream', () => {
  afterEach(() => TwitterUtils.setFeed(null));

  const calls: [string, (ssc: JavaStreamingContext) => unknown, ids: string][] = [
    ['nothing', (ssc) => ssc.twitterStream(), '[1, 2, 3]'],
    ['filters', (ssc) => ssc.twitterStream(['spark']), '[2, 3]'],
    ['filters and a level', (ssc) => ssc.twitterStream(['tea'], StorageLevels.MEMORY_ONLY), '[1, 3]'],
    ['an authorization', (ssc) => ssc.twitterStream({}), '[1, 2, 3]'],
    ['an authorization and filters', (ssc) => TwitterUtils.createStream(ssc, {}, ['tea spark']), '[3]'],
    ['all', (ssc) => TwitterUtils.createStream(ssc, null, ['tea'], StorageLevels.MEMORY_ONLY_SER), '[1, 3]'],
  ];
  for (const [name, make, ids] of calls) {
    it(`takes ${name}`, async () => {
      let asked: readonly string[] = [];
      TwitterUtils.setFeed({
        statuses(filters) {
          asked = filters;
          return TWEETS;
        },
      });
      const { ssc, clock, run, stop } = virtualContext();
      const tweets = make(ssc) as ReturnType<JavaStreamingContext['twitterStream']>;
      const seen = record(tweets.map((status) => status.getId()));
      await ssc.start();
      await clock.yield();
      await run(1);
      await stop();
      expect(seen).to.deep.equal([ids]);
      expect(asked.every((filter) => typeof filter === 'string')).to.equal(true);
    });
  }

  it('needs a feed', async () => {
    const { ssc, stop } = virtualContext();
    for (const call of [() => ssc.twitterStream(), () => TwitterUtils.createStream(ssc)]) {
      let error: unknown;
      try {
        call();
      } catch (e) {
        error = e;
      }
      expect(errorCodes(error)).to.deep.equal(['NEEDS_CONNECTOR']);
    }
    await stop();
  });

  it('reads a recording', async () => {
    const clock = new ManualClock();
    const files = new LocalFileSystem({ disk: new MemoryDisk(clock), workingDirectory: '/' });
    await files.write('/tweets.json', Buffer.from(`${TWEETS.map((t) => JSON.stringify(t)).join('\n')}\n`));
    const conf = new SparkConf(false).setMaster('local').setAppName('t').set('dstreams.twitter.feed', '/tweets.json');
    const logger = createLogger({ log() {} }, () => 'OFF');
    const engine = new StreamEngine(
      new SparkCore(conf, { clock, files, logger, checkpointDisk: new MemoryDisk(clock) }),
      1000,
    );
    const ssc = new JavaStreamingContext(engine);
    const seen: string[] = [];
    ssc.twitterStream().foreachRDD(async (rdd) => void seen.push(...(await rdd.collect()).map(String)));
    await ssc.start();
    for (let i = 0; i < 20 && seen.length < 3; i++) {
      await clock.yield();
      clock.setTime(clock.now() + 1000);
      await engine.idle();
    }
    await ssc.stop();
    expect(seen).to.deep.equal([
      'Status(id=1, user=u1, text=tea)',
      'Status(id=2, user=u0, text=more #Spark)',
      'Status(id=3, user=u1, text=spark and tea)',
    ]);
  });
});

describe('a status', () => {
  it('tells what it holds', () => {
    const status = new Status({
      id: 5,
      text: 'x #a_1 #é',
      created_at: 'Wed Oct 10 20:19:24 +0000 2018',
      lang: 'en',
      user: { id: 9, screen_name: 'ada', name: 'Ada' },
    });
    expect(status.getHashtagEntities().map((tag) => [tag.getText(), tag.getStart(), tag.getEnd()])).to.deep.equal([
      ['a_1', 2, 6],
      ['é', 7, 9],
    ]);
    expect(status.getCreatedAt().toISOString()).to.equal('2018-10-10T20:19:24.000Z');
    expect([status.getLang(), status.getUser().getId(), status.getUser().getName()]).to.deep.equal(['en', 9, 'Ada']);
    expect(() => new Status({} as StatusRecord)).to.throw('id, text and user.id');
  });

  const tracked: [string, string[], boolean][] = [
    ['anything', [], true],
    ['The Spark', ['spark'], true],
    ['sparks', ['spark'], false],
    ['#spark!', ['spark'], true],
    ['b then a', ['a b'], true],
    ['only a', ['a b', 'c'], false],
    ['x', [' '], false],
  ];
  for (const [text, filters, is] of tracked)
    it(`${text} by [${filters}]`, () => expect(isTracked(text, filters)).to.equal(is));
});
