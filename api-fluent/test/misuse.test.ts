import { expect } from 'chai';
import { createLogger, ManualClock, SparkCore } from '../../core/internal.ts';
import { LocalFileSystem, MemoryDisk } from '../../testing/index.ts';
import { ActorReceiver, Props, SparkConf, SparkContext, StreamingContext } from '../index.ts';

const files = new LocalFileSystem({ disk: new MemoryDisk(new ManualClock()), workingDirectory: '/home' });
const logger = createLogger({ log() {} }, () => 'OFF');
/** Programs in JavaScript, where no types hold them back. */
type Loose = any;

const core = new SparkCore(new SparkConf(false).setMaster('local').setAppName('misuse'), { logger, files });
const sc: Loose = new SparkContext(core as never);
const ssc: Loose = new StreamingContext(sc, '1s');
const stream: Loose = ssc.queueStream([]);
const pairs = (): Loose =>
  sc.parallelize(
    [
      ['a', 1],
      ['b', 2],
      ['a', 3],
    ],
    2,
  );
const boom = (): never => {
  throw new Error('boom');
};

/** Each message names what was called, whatever that is made of. */
describe('what a misused operation says, on the fluent surface', () => {
  after(() => sc.stop());

  const operations: [name: string, call: () => unknown, says: RegExp][] = [
    ['fold', () => pairs().fold(), /^fold takes a function/],
    ['foldByKey', () => pairs().foldByKey(), /^foldByKey takes a function/],
    ['foldByKey', () => pairs().foldByKey(0, boom, 'x'), /^foldByKey: Number of partitions \(x\)/],
    ['aggregateByKey', () => pairs().aggregateByKey(0, boom, boom, -1), /^aggregateByKey: Number of partitions \(-1\)/],
    ['groupBy', () => pairs().groupBy(), /^groupBy takes a function/],
    ['groupBy', () => pairs().groupBy(boom, 'x', boom), /^groupBy: Number of partitions \(x\)/],
    [
      'reduceByKey',
      () => pairs().reduceByKey(boom, boom, boom),
      /^reduceByKey: Number of partitions \(the function boom\)/,
    ],
    ['sortBy', () => pairs().sortBy(), /^sortBy takes a function/],
    ['sortBy', () => pairs().sortBy(boom, true, 'x'), /^sortBy: Number of partitions/],
    ['sortByKey', () => pairs().sortByKey(true, 2, 'x'), /^sortByKey takes a function/],
    ['coalesce', () => pairs().coalesce(0, true), /^coalesce: Number of partitions \(0\)/],
    ['treeReduce', () => pairs().treeReduce(), /^treeReduce takes a function/],
    ['reduceByKeyLocally', () => pairs().reduceByKeyLocally(), /^reduceByKeyLocally takes a function/],
    ['saveAsSequenceFile', () => pairs().saveAsSequenceFile(), /^saveAsSequenceFile takes a path/],
    [
      'saveAsTextFile',
      () => pairs().saveAsTextFile('a', {}),
      /compression codec an object of class Object is not there/,
    ],
    ['sum', () => pairs().sum(), /^sum: this takes a data set of numbers, and one of them is an array of 2/],
    ['stats', () => sc.parallelize(['1']).stats(), /^stats: this takes a data set of numbers, .* the string "1"/],
    ['collectAsMap', () => sc.parallelize([5]).collectAsMap(), /^collectAsMap needs a \[key, value\] array/],
    ['countByKey', () => sc.parallelize([5]).countByKey(), /^countByKey: An operation by key needs pairs/],
    ['textFile', () => sc.textFile(), /^textFile takes a path, and got undefined/],
    [
      'lookup',
      () => sc.parallelize([5]).lookup(5),
      /^lookup: this needs a \[key, value\] array per record, got the number 5/,
    ],
    ['binaryRecords', () => sc.binaryRecords('a'), /^binaryRecords takes a record length/],
    ['setCheckpointDir', () => sc.setCheckpointDir(), /^setCheckpointDir takes a path/],
    ['textFileStream', () => ssc.textFileStream(), /^textFileStream takes a path/],
    ['fileStream', () => ssc.fileStream(7), /^fileStream takes a path/],
    ['fileStream', () => ssc.fileStream('d', { format: {} }), /^No input format: .* which has no `read`/],
    [
      'binaryRecordsStream',
      () => ssc.binaryRecordsStream('a', '3'),
      /^binaryRecordsStream takes a record length.* "3"/,
    ],
    ['checkpoint', () => ssc.checkpoint(5), /^checkpoint takes a path/],
    ['socketStream', () => ssc.socketStream(), /^socketStream connects to a host, not to undefined/],
    ['rawSocketStream', () => ssc.rawSocketStream('a', 0), /^rawSocketStream connects to a port/],
    ['window', () => stream.window(), /^the window duration of window is/],
    ['countByWindow', () => stream.countByWindow('x', '1s'), /^the window duration of countByWindow is "x"/],
    ['reduceByWindow', () => stream.reduceByWindow(boom, '2s', 3), /^the slide duration of reduceByWindow is 3/],
  ];
  for (const [name, call, says] of operations) {
    it(`${name}: ${String(says).slice(2, 60)}`, async () => {
      const error = await (async () => call())().catch((e: unknown) => e);
      expect((error as Error).message).to.match(says);
    });
  }

  const failing: [name: string, call: () => unknown][] = [
    ['sortBy', () => pairs().sortBy(boom).collect()],
    ['groupBy', () => pairs().groupBy(boom).collect()],
    ['sortByKey', () => pairs().sortByKey(true, 2, boom).collect()],
    ['mapPartitionsWithIndex', () => pairs().mapPartitionsWithIndex(boom).collect()],
    ['fold', () => pairs().fold(0, boom)],
    ['foreach', () => pairs().foreach(boom)],
    ['foldByKey', () => pairs().foldByKey(0, boom).collect()],
    // One record a partition: it is the driver that calls the function.
    ['reduce', () => sc.parallelize([1, 2], 2).reduce(boom)],
    ['treeReduce', () => sc.parallelize([1, 2], 2).treeReduce(boom)],
    ['treeAggregate', () => sc.parallelize([1, 2], 2).treeAggregate(0, (a: number) => a, boom)],
    ['max', () => sc.parallelize([1, 2], 2).max(boom)],
  ];
  for (const [name, call] of failing) {
    it(`${name}: what its function throws`, async () => {
      const error = await (async () => call())().catch((e: unknown) => e);
      expect(error).to.include({ code: 'USER_FUNCTION_FAILED', message: `${name} failed: Error: boom` });
    });
  }

  const bad = { concurency: 3 };
  const f = (x: unknown) => x;
  class Fed extends ActorReceiver<unknown> {
    override receive(): void {}
  }
  const options: [where: string, call: () => unknown][] = [
    ['mapAsync', () => stream.mapAsync(f, bad)],
    ['map', () => stream.map(f, bad)],
    ['mapPartitionsWithIndex', () => stream.mapPartitionsWithIndex(f, bad)],
    ['map', () => pairs().map(f, bad)],
    ['combineByKey', () => stream.combineByKey(f, f, f, 2, bad)],
    ['updateStateByKey', () => stream.updateStateByKey(f, bad)],
    ['mapWithState', () => stream.mapWithState(f, bad)],
    ['print', () => stream.print(bad)],
    ['pprint', () => stream.pprint(bad)],
    ['saveAsTextFiles', () => stream.saveAsTextFiles('a', bad)],
    ['saveAsHadoopFiles', () => stream.saveAsHadoopFiles('a', 'b', bad)],
    ['saveAsNewAPIHadoopFiles', () => stream.saveAsNewAPIHadoopFiles('a', 'b', bad)],
    ['saveAsHadoopFile', () => pairs().saveAsHadoopFile('a', bad)],
    ['saveAsNewAPIHadoopFile', () => pairs().saveAsNewAPIHadoopFile('a', bad)],
    ['queueStream', () => ssc.queueStream([], bad)],
    ['receiverStream', () => ssc.receiverStream([], bad)],
    ['socketTextStream', () => ssc.socketTextStream('h', 1, bad)],
    ['socketStream', () => ssc.socketStream('h', 1, undefined, bad)],
    ['rawSocketStream', () => ssc.rawSocketStream('h', 1, bad)],
    ['fileStream', () => ssc.fileStream('d', bad)],
    ['actorStream', () => ssc.actorStream(Props.create(Fed), 'x', bad)],
    ['stop', () => ssc.stop(bad)],
    ['hadoopFile', () => sc.hadoopFile('x', 'TextInputFormat', bad)],
    ['newAPIHadoopFile', () => sc.newAPIHadoopFile('x', 'TextInputFormat', bad)],
    ['sequenceFile', () => sc.sequenceFile('x', bad)],
    ['new SparkContext', () => new SparkContext({ master: 'local', ...bad } as never)],
    ['new StreamingContext', () => new StreamingContext({ master: 'local', batchDuration: '1s', ...bad } as never)],
    ['getOrCreate', () => StreamingContext.getOrCreate('none', () => ssc, bad as never)],
  ];
  for (const [where, call] of options) {
    it(`${where}: a misspelt option is told all that there are`, async () => {
      const error = await (async () => call())().catch((e: unknown) => e);
      expect((error as Error).message).to.match(
        new RegExp(`^${where}: no option is called concurency; there are \\w+`),
      );
    });
  }

  it('what is no options at all is refused', () => {
    expect(() => stream.saveAsHadoopFiles('a', 'b', 5)).to.throw(
      /^saveAsHadoopFiles takes options \(format, .* the number 5/,
    );
    for (const name of ['saveAsTextFiles', 'saveAsObjectFiles']) {
      expect(() => stream[name]('a', 'b', bad)).to.throw(new RegExp(`^${name} takes a prefix and a suffix \\(saveAs`));
    }
  });

  const once: [name: string, call: () => unknown, message: string | RegExp][] = [
    ['pipe', () => pairs().pipe('no-such-program').collect(), /^pipe: no-such-program could not be run/],
    ['sampleByKey', () => pairs().sampleByKey(false, {}).collect(), /^sampleByKey: no fraction is given for the key a/],
  ];
  for (const [name, call, message] of once) {
    it(`${name} is named once`, async () => {
      const error = await (async () => call())().catch((e: unknown) => e);
      expect((error as Error).message).to.match(message as RegExp);
    });
  }
});
