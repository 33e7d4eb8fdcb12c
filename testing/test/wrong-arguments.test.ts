import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect } from 'chai';
import * as fluent from '../../api-fluent/index.ts';
import * as java from '../../api-java-style/index.ts';
import {
  createLogger,
  DStreamsError,
  ManualClock,
  MemoryDisk,
  SparkConf,
  SparkCore,
  StreamEngine,
} from '../../core/internal.ts';

// Every public method of the objects that programs hold, called with what no program means. It may be let through, where
// nothing can be known before the first record; but what is refused is refused by an error of ours, never by an accident inside.

const WRONG = [null, undefined, Number.NaN, -1, 1.5, '5', {}, [], [5], true];

/** Ends what is there, waits for what nobody sends, or is for the package itself. */
const LEFT_OUT = /^(constructor|start|stop|close|await.*|exit|derived|wrapRDD|toString|toJSON|toLocalIterator)$/;
/** Where `'5'` is the name of a file to write. */
const WRITES = /^(save|checkpoint|setCheckpointDir|localCheckpoint|textFileStream|addFile|addJar)/;

function coreOf(): SparkCore {
  const clock = new ManualClock();
  return new SparkCore(new SparkConf(false).setMaster('local').setAppName('test'), {
    clock,
    checkpointDisk: new MemoryDisk(clock),
    logger: createLogger({ log() {} }, () => 'OFF'),
    write() {},
  });
}

/** Methods that the sources call private or protected: JavaScript does not know it. */
function hiddenNames(folder: string): Set<string> {
  const names = new Set<string>();
  for (const file of readdirSync(resolve(folder)).filter((name) => name.endsWith('.ts'))) {
    const text = readFileSync(join(resolve(folder), file), 'utf8');
    for (const [, name] of text.matchAll(/^ {2}(?:private|protected) (?:override |abstract )*(?:async )?(\w+)[<(]/gm)) {
      names.add(name!);
    }
  }
  return names;
}

function methodsOf(target: object, hidden: ReadonlySet<string>): string[] {
  const names = new Set<string>();
  for (let at = target; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === 'function' && !hidden.has(name) && !LEFT_OUT.test(name)) names.add(name);
    }
  }
  return [...names];
}

/** What a call threw or rejected with, where that is no error of ours. */
async function accident(call: () => unknown): Promise<string | undefined> {
  try {
    await call();
  } catch (error) {
    if (error instanceof DStreamsError && error.code !== 'INVARIANT') return undefined;
    return String(error);
  }
  return undefined;
}

interface Surface {
  readonly name: string;
  readonly folder: string;
  readonly targets: Readonly<Record<string, object>>;
  /** Right in some place, wrong in another. */
  readonly right: readonly unknown[];
  readonly foreign: readonly unknown[];
  end(): Promise<void>;
}

function javaSurface(): Surface {
  const core = coreOf();
  const ssc = new java.JavaStreamingContext(new StreamEngine(core, 1000));
  const sc = ssc.sparkContext();
  const rdd = sc.parallelize(['a', 'b']);
  const stream = ssc.queueStream([rdd]);
  const pairs = stream.mapToPair((s) => new java.Tuple2(s, 1));
  const other = new java.JavaStreamingContext(new StreamEngine(core, 1000));
  return {
    name: 'Java style',
    folder: 'api-java-style',
    targets: {
      JavaStreamingContext: ssc,
      JavaSparkContext: sc,
      JavaRDD: rdd,
      JavaPairRDD: rdd.mapToPair((s) => new java.Tuple2(s, 1)),
      JavaDoubleRDD: rdd.mapToDouble((s) => s.length),
      JavaDStream: stream,
      JavaPairDStream: pairs,
    },
    right: [(x: unknown) => x, java.Durations.seconds(1), 2, pairs, rdd],
    foreign: [other.queueStream([rdd]).mapToPair((s) => new java.Tuple2(s, 1))],
    end: () => core.stop(),
  };
}

function fluentSurface(): Surface {
  const core = coreOf();
  const ssc = new fluent.StreamingContext(new StreamEngine(core, 1000) as never);
  const sc = ssc.sparkContext;
  const rdd = sc.parallelize<[string, number]>([
    ['a', 1],
    ['b', 2],
  ]);
  const stream = ssc.queueStream<[string, number]>([[['a', 1]]]);
  const other = new fluent.StreamingContext(new StreamEngine(core, 1000) as never);
  return {
    name: 'fluent',
    folder: 'api-fluent',
    targets: { StreamingContext: ssc, SparkContext: sc, RDD: rdd, DStream: stream },
    right: [(x: unknown) => x, '1s', 2, stream, rdd],
    foreign: [other.queueStream<[string, number]>([[['a', 1]]])],
    end: () => core.stop(),
  };
}

describe('wrong arguments', function () {
  this.timeout(120_000);
  for (const { name: surface, folder, targets, right, foreign, end } of [javaSurface(), fluentSurface()]) {
    const hidden = hiddenNames(folder);
    for (const [type, target] of Object.entries(targets)) {
      it(`are refused with an error of ours: ${surface}, ${type}`, async () => {
        const accidents: string[] = [];
        const methods = methodsOf(target, hidden);
        expect(methods.length).to.be.greaterThan(10);
        for (const method of methods) {
          const wrong = [...WRONG, ...foreign].filter((x) => x !== '5' || !WRITES.test(method));
          const lists = [
            [],
            ...[...wrong, ...right.filter((x) => x !== '1s' || !WRITES.test(method))].map((x) => [x]),
            ...right.flatMap((good) =>
              wrong.flatMap((bad) =>
                WRITES.test(method)
                  ? []
                  : [
                      [good, bad],
                      [bad, good],
                    ],
              ),
            ),
            ...wrong.flatMap((bad) => [
              [right[0], bad, right[1]],
              [right[0], right[0], bad, right[1]],
              [right[0], right[0], right[1], bad],
            ]),
          ];
          for (const list of lists) {
            const call = () => (target as Record<string, (...list: unknown[]) => unknown>)[method]!(...list);
            const found = await accident(call);
            if (found !== undefined) {
              accidents.push(
                `${method}(${list.map((x) => (typeof x === 'object' && x !== null ? x.constructor.name : String(x))).join(', ')}): ${found}`,
              );
              break;
            }
          }
        }
        expect(accidents).to.deep.equal([]);
      });
    }
    after(end);
  }
});

describe('wrong arguments that types refuse as well', () => {
  const [inJava, inFluent] = [javaSurface(), fluentSurface()];
  after(() => Promise.all([inJava.end(), inFluent.end()]));
  const refusals: readonly (readonly [Surface, type: string, method: string, wrong: readonly unknown[]])[] = [
    ...[inJava, inFluent].flatMap((surface) => {
      const [rdd, stream] = surface === inJava ? ['JavaPairRDD', 'JavaPairDStream'] : ['RDD', 'DStream'];
      const [aRdd, aStream] = [surface.targets[rdd], surface.targets[stream]];
      return [
        ...['take', 'top', 'takeOrdered'].map((name) => [surface, rdd, name, [null, Number.NaN, 1.5, '5']] as const),
        ...['union', 'join', 'cogroup', 'subtractByKey', 'cartesian', 'zip', 'subtract', 'intersection'].map(
          (name) => [surface, rdd, name, [null, undefined, 5, {}, aStream]] as const,
        ),
        ...['union', 'join', 'leftOuterJoin', 'rightOuterJoin', 'fullOuterJoin', 'cogroup'].map(
          (name) => [surface, stream, name, [null, undefined, 5, {}, aRdd, ...surface.foreign]] as const,
        ),
        ...['map', 'filter', 'flatMap', 'reduceByKey', 'transform', 'foreachRDD', 'updateStateByKey'].map(
          (name) => [surface, stream, name, [null, undefined, 5, {}]] as const,
        ),
        ...['window', 'checkpoint'].map(
          (name) => [surface, stream, name, [null, undefined, Number.NaN, 1.5, {}]] as const,
        ),
        [surface, stream, 'repartition', [null, Number.NaN, 0, -1, 1.5, '5']] as const,
        [surface, stream, 'print', [Number.NaN, 1.5, '5']] as const,
        [surface, stream, 'uid', [null, '', 5]] as const,
      ];
    }),
    [inJava, 'JavaStreamingContext', 'receiverStream', [null, undefined, 5, {}]],
    [inJava, 'JavaPairDStream', 'mapWithState', [null, undefined, (x: unknown) => x]],
    [inJava, 'JavaPairDStream', 'groupByKey', [null, 0, 1.5, '5', {}]],
    [inFluent, 'StreamingContext', 'receiverStream', [null, undefined, 5, {}]],
    [inFluent, 'StreamingContext', 'queueStream', [null, undefined, 5, {}]],
    [inFluent, 'SparkContext', 'range', [null, Number.NaN, 1.5, '5']],
  ];
  const named: readonly (readonly [Surface, type: string, method: string, wrong: unknown])[] = [
    [inJava, 'JavaStreamingContext', 'addStreamingListener', null],
    [inJava, 'JavaStreamingContext', 'removeStreamingListener', null],
    [inFluent, 'StreamingContext', 'removeStreamingListener', null],
    [inFluent, 'DStream', 'print', 1.5],
    [inFluent, 'DStream', 'pprint', 1.5],
  ];
  for (const [{ name, targets }, type, method, wrong] of named) {
    it(`are told with the method: ${name}, ${type}.${method}`, () => {
      const call = () => (targets[type] as Record<string, (x: unknown) => unknown>)[method]!(wrong);
      expect(call).to.throw(DStreamsError, `${method} takes `);
    });
  }
  for (const [{ name, targets }, type, method, wrong] of refusals) {
    it(`do not pass: ${name}, ${type}.${method}`, async () => {
      for (const argument of wrong) {
        let error: unknown;
        try {
          await (targets[type] as Record<string, (x: unknown) => unknown>)[method]!(argument);
        } catch (thrown) {
          error = thrown;
        }
        expect(error, String(argument)).to.be.instanceOf(DStreamsError);
      }
    });
  }
});
