import { expect } from 'chai';
import { errorCodes } from '../../core/internal.ts';
import {
  Duration,
  Durations,
  type JavaDStream,
  type JavaPairDStream,
  type JavaStreamingContext,
  Optional,
  StorageLevels,
  Time,
} from '../index.ts';
import { pairBatches, record, virtualContext } from './run.ts';

type Pairs = JavaPairDStream<string, number>;
type AnyStream = JavaPairDStream<any, any> | JavaDStream<any>;

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

const BATCHES = ['a1 b1 a2', '', 'b1', 'c1 a1', ''];
const sum = (a: number, b: number): number => a + b;
const diff = (a: number, b: number): number => a - b;
const S = Durations.seconds(1);
const W = Durations.seconds(3);

/** What `build` gives for five batches, read by two outputs. */
async function run(build: (pairs: Pairs, ssc: JavaStreamingContext) => AnyStream): Promise<string[]> {
  const t = virtualContext();
  const stream = build(pairBatches(t.ssc, BATCHES), t.ssc);
  const seen = record(stream);
  const again = record(stream);
  await t.run(BATCHES.length);
  await t.stop();
  expect(seen).to.have.length.greaterThan(0);
  expect(again).to.deep.equal(seen);
  return seen;
}

/** Streams of every kind that keeps something. */
const STREAMS: Readonly<Record<string, (pairs: Pairs, ssc: JavaStreamingContext) => AnyStream>> = {
  map: (pairs) => pairs.map((pair) => `${pair._1()}${pair._2()}`),
  window: (pairs) => pairs.window(W),
  'window of windows': (pairs) =>
    pairs.window(Durations.seconds(2), S).window(Durations.seconds(4), Durations.seconds(2)),
  reduceByKey: (pairs) => pairs.reduceByKey(sum, 2),
  groupByKeyAndWindow: (pairs) => pairs.groupByKeyAndWindow(W, S),
  reduceByKeyAndWindow: (pairs) => pairs.reduceByKeyAndWindow(sum, W, S),
  'reduceByKeyAndWindow with an inverse': (pairs, ssc) => {
    ssc.checkpoint('checkpoints');
    return pairs.reduceByKeyAndWindow(sum, diff, W, S);
  },
  'reduceByKeyAndWindow of another': (pairs) =>
    pairs
      .reduceByKeyAndWindow(sum, Durations.seconds(2), S)
      .reduceByKeyAndWindow(sum, Durations.seconds(4), Durations.seconds(2)),
  updateStateByKey: (pairs, ssc) => {
    ssc.checkpoint('checkpoints');
    return pairs.updateStateByKey((values: Iterable<number>, state: Optional<number>) =>
      Optional.of([...values].reduce(sum, state.orElse(0) ?? 0)),
    );
  },
};

const KEEPS_STATE = ['reduceByKeyAndWindow with an inverse', 'updateStateByKey'];

describe('persist, on the Java surface', () => {
  it('a checkpoint interval of a window is refused at start, as it keeps no batches of its own', async () => {
    for (const name of ['window', 'window of windows']) {
      const refused = run((pairs, ssc) => {
        ssc.checkpoint('checkpoints');
        return STREAMS[name]!(pairs, ssc).persist().checkpoint(Durations.seconds(4)) as AnyStream;
      });
      expect(await refused.catch(({ code }: { code: string }) => code), name).to.equal('CHECKPOINT_NOT_PERSISTED');
    }
  });

  for (const [name, build] of Object.entries(STREAMS)) {
    it(`${name}: the same at every storage level`, async () => {
      const expected = await run(build);
      for (const level of LEVELS) {
        const kept = run((pairs, ssc) => build(pairs, ssc).persist(StorageLevels[level]));
        // State has to be kept, or its checkpoints would have nothing of it.
        if (level === 'NONE' && KEEPS_STATE.includes(name)) {
          expect(await kept.catch(({ code }: { code: string }) => code)).to.equal('CHECKPOINT_NOT_PERSISTED');
        } else expect(await kept, level).to.deep.equal(expected);
      }
    });

    it(`${name}: the same with a checkpoint interval`, async () => {
      const expected = await run(build);
      const checkpointed = await run((pairs, ssc) => {
        ssc.checkpoint('checkpoints');
        const stream = build(pairs, ssc);
        const kept = name.startsWith('window') ? (stream.filter(() => true) as AnyStream) : stream;
        return kept.checkpoint(Durations.seconds(4)) as AnyStream;
      });
      expect(checkpointed).to.deep.equal(expected);
    });

    it(`${name}: an interval needs a directory, and is a multiple of the slide`, async () => {
      const codeOf = async (interval: Duration, dir: string | null): Promise<unknown> => {
        const t = virtualContext();
        const stream = build(pairBatches(t.ssc, BATCHES), t.ssc).checkpoint(interval) as AnyStream;
        t.ssc.checkpoint(dir as string);
        record(stream);
        const code = await t.run(1).then(
          () => 'started',
          (error: unknown) => errorCodes(error)[0],
        );
        await t.stop();
        return code;
      };
      expect(await codeOf(Durations.seconds(4), null)).to.equal('CHECKPOINT_DIR_MISSING');
      expect(await codeOf(new Duration(4500), 'checkpoints')).to.equal('CHECKPOINT_INTERVAL_NOT_MULTIPLE');
      expect(await codeOf(new Duration(500), 'checkpoints')).to.equal('CHECKPOINT_INTERVAL_TOO_SHORT');
    });

    it(`${name}: its slices are its batches`, async () => {
      const t = virtualContext();
      const stream = build(pairBatches(t.ssc, BATCHES), t.ssc);
      const seen = record(stream);
      t.ssc.remember(Durations.seconds(10));
      await t.run(BATCHES.length);
      const slices = await stream.slice(new Time(1000), new Time(5000));
      const texts: string[] = [];
      for (const rdd of slices) texts.push(String(await rdd.collect()));
      expect(texts).to.deep.equal(seen);
      await t.stop();
    });
  }
});
