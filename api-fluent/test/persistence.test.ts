import { expect } from 'chai';
import { add, type DStream, type PairDStream, StorageLevel, StorageLevels } from '../index.ts';
import { manualContext } from './context.ts';

type Context = ReturnType<typeof manualContext>;

/** Every level that has a name. */
const LEVELS = [
  'NONE',
  'DISK_ONLY',
  'DISK_ONLY_2',
  'DISK_ONLY_3',
  'MEMORY_ONLY',
  'MEMORY_ONLY_2',
  'MEMORY_ONLY_SER',
  'MEMORY_ONLY_SER_2',
  'MEMORY_AND_DISK',
  'MEMORY_AND_DISK_2',
  'MEMORY_AND_DISK_SER',
  'MEMORY_AND_DISK_SER_2',
  'OFF_HEAP',
] as const;

const BATCHES = [['a', 'b', 'a'], [], ['b'], ['c', 'a'], []];

/** What `build` gives for five batches, read by two outputs. */
async function run(build: (words: DStream<string>, t: Context) => DStream<unknown>): Promise<unknown[][]> {
  const t = manualContext();
  const stream = build(t.ssc.queueStream([...BATCHES]), t);
  const batches = t.record(stream);
  const again = t.record(stream.map((x) => x));
  await t.run(BATCHES.length);
  await t.ssc.stop();
  expect(batches).to.have.length.greaterThan(0);
  expect(again).to.deep.equal(batches);
  return batches.map(({ values }) => values);
}

const ones = (words: DStream<string>): PairDStream<string, number> => words.map((word) => [word, 1] as const);
const subtract = (a: number, b: number): number => a - b;

/** Streams of every kind that keeps something. */
const STREAMS: Readonly<Record<string, (words: DStream<string>, t: Context) => DStream<unknown>>> = {
  map: (words) => words.map((word) => word + word),
  window: (words) => words.window('2s'),
  'window of windows': (words) => words.window('2s').window('4s', '2s'),
  reduceByKey: (words) => ones(words).reduceByKey(add, 2),
  groupByKeyAndWindow: (words) => ones(words).groupByKeyAndWindow('3s', '1s', 2),
  reduceByKeyAndWindow: (words) => ones(words).reduceByKeyAndWindow(add, '3s', '1s', 2),
  'reduceByKeyAndWindow with an inverse': (words, t) => {
    t.ssc.checkpoint('checkpoints');
    return ones(words).reduceByKeyAndWindow(add, subtract, '3s', '1s');
  },
  'reduceByKeyAndWindow of another': (words) =>
    ones(words).reduceByKeyAndWindow(add, '2s', '1s').reduceByKeyAndWindow(add, '4s', '2s'),
  updateStateByKey: (words, t) => {
    t.ssc.checkpoint('checkpoints');
    return ones(words).updateStateByKey<number>((values, sum) => values.reduce(add, sum ?? 0));
  },
};

const KEEPS_STATE = ['reduceByKeyAndWindow with an inverse', 'updateStateByKey'];

describe('persist, on the fluent surface', () => {
  it('a checkpoint interval of a window is refused at start, as it keeps no batches of its own', async () => {
    for (const name of ['window', 'window of windows']) {
      const refused = run((words, t) => {
        t.ssc.checkpoint('checkpoints');
        return STREAMS[name]!(words, t).persist().checkpoint('4s');
      });
      expect(await refused.catch(({ code }: { code: string }) => code), name).to.equal('CHECKPOINT_NOT_PERSISTED');
    }
  });

  it('a stream that no output reaches has no slices', async () => {
    const t = manualContext();
    const words = t.ssc.queueStream([...BATCHES]);
    const unread = words.map((word) => word + word);
    t.record(words);
    await t.run(1);
    expect(() => unread.slice(1000, 1000))
      .to.throw()
      .with.property('code', 'STREAM_NOT_INITIALIZED');
    expect(await words.slice(1000, 1000)).to.have.length(1);
    await t.ssc.stop();
  });

  for (const [name, build] of Object.entries(STREAMS)) {
    it(`${name}: the same at every storage level`, async () => {
      const expected = await run(build);
      for (const level of LEVELS) {
        const kept = run((words, t) => build(words, t).persist(StorageLevels[level]));
        // State has to be kept, or its checkpoints would have nothing of it.
        if (level === 'NONE' && KEEPS_STATE.includes(name)) {
          expect(await kept.catch(({ code }: { code: string }) => code)).to.equal('CHECKPOINT_NOT_PERSISTED');
        } else expect(await kept, level).to.deep.equal(expected);
      }
    });

    it(`${name}: the same with a checkpoint interval`, async () => {
      const expected = await run(build);
      const checkpointed = await run((words, t) => {
        t.ssc.checkpoint('checkpoints');
        const stream = build(words, t);
        return (name.startsWith('window') ? stream.filter(() => true) : stream).checkpoint('4s');
      });
      expect(checkpointed).to.deep.equal(expected);
    });

    it(`${name}: an interval needs a directory, and is a multiple of the slide`, async () => {
      const codeOf = async (interval: string, dir: string | undefined): Promise<unknown> => {
        const t = manualContext();
        const stream = build(t.ssc.queueStream([...BATCHES]), t).checkpoint(interval);
        t.ssc.checkpoint(dir as string);
        t.record(stream);
        const code = await t.run(1).then(
          () => 'started',
          (error: { code: string }) => error.code,
        );
        await t.ssc.stop();
        return code;
      };
      expect(await codeOf('4s', undefined)).to.equal('CHECKPOINT_DIR_MISSING');
      expect(await codeOf('4500ms', 'checkpoints')).to.equal('CHECKPOINT_INTERVAL_NOT_MULTIPLE');
      expect(await codeOf('500ms', 'checkpoints')).to.equal('CHECKPOINT_INTERVAL_TOO_SHORT');
    });

    it(`${name}: its slices are its batches`, async () => {
      const t = manualContext();
      const stream = build(t.ssc.queueStream([...BATCHES]), t);
      const batches = t.record(stream);
      t.ssc.remember('10s');
      await t.run(BATCHES.length);
      const slices = await stream.slice(1000, 5000);
      expect(await Promise.all(slices.map((rdd) => rdd.collect()))).to.deep.equal(batches.map(({ values }) => values));
      await t.ssc.stop();
    });
  }

  it('a window keeps its parent at the level it is given, and no copy of its own', async () => {
    const calls: string[] = [];
    const t = manualContext();
    const upper = t.ssc.queueStream([...BATCHES]).map((word) => {
      calls.push(word);
      return word.toUpperCase();
    });
    const windowed = upper.window('3s').persist(StorageLevels.DISK_ONLY);
    t.record(windowed);
    t.record(windowed.count());
    expect(t.engine.explain()).to.match(/#1 map .* Disk Serialized 1x Replicated/);
    expect(t.engine.explain()).to.match(/#2 window .* over 3000 ms · remembers \d+ ms · at/);
    await t.run(BATCHES.length);
    await t.ssc.stop();
    expect(calls).to.deep.equal(BATCHES.flat());
  });

  it('takes the method that gives a level, as Python names it, and refuses what is none', async () => {
    const t = manualContext();
    const words = t.ssc.queueStream([['a']]);
    words.persist(StorageLevel.MEMORY_ONLY).print();
    expect(() => words.persist('MEMORY_ONLY' as never))
      .to.throw()
      .with.property('code', 'OPTIONS_INVALID');
    await t.run(1);
    await t.ssc.stop();
    expect(t.stdout()).to.include('a\n');
  });
});
