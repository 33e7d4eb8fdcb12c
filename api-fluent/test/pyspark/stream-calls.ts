import { add, StorageLevels, StreamingContext, sub } from '../../index.ts';
import type { Calls } from './scene.ts';

export const STREAM_CALLS: Calls = {
  'StreamingContext.addStreamingListener': ({ ssc }) => ssc.addStreamingListener({ onBatchCompleted() {} }),
  'StreamingContext.awaitTermination': ({ ssc }) => ssc.awaitTermination(0),
  'StreamingContext.awaitTerminationOrTimeout': ({ ssc }) => ssc.awaitTerminationOrTimeout(0),
  'StreamingContext.binaryRecordsStream': ({ ssc, folder }) => ssc.binaryRecordsStream(folder, 4),
  'StreamingContext.checkpoint': ({ ssc, folder }) => ssc.checkpoint(folder),
  'StreamingContext.getActive': () => StreamingContext.getActive(),
  'StreamingContext.getActiveOrCreate': ({ ssc }) => StreamingContext.getActiveOrCreate(null, () => ssc),
  'StreamingContext.getOrCreate': ({ ssc, folder }) => StreamingContext.getOrCreate(folder, () => ssc),
  'new StreamingContext': ({ ssc }) => new StreamingContext(ssc.sparkContext, '1s'),
  'StreamingContext.queueStream': ({ ssc }) => ssc.queueStream([[1, 2], [3]], true, [0]),
  'StreamingContext.remember': ({ ssc }) => ssc.remember('60s'),
  'StreamingContext.socketTextStream': ({ ssc }) => ssc.socketTextStream('localhost', 9, StorageLevels.MEMORY_ONLY),
  'StreamingContext.sparkContext': ({ ssc }) => ssc.sparkContext.parallelize([1]),
  'StreamingContext.start': ({ ssc, words }) => {
    words.print();
    return ssc.start();
  },
  'StreamingContext.stop': ({ ssc }) => ssc.stop(true, false),
  'StreamingContext.textFileStream': ({ ssc, folder }) => ssc.textFileStream(folder),
  'StreamingContext.transform': ({ ssc, words, numbers }) => ssc.transform([words, numbers], ([a]) => a),
  'StreamingContext.union': ({ ssc, words }) => ssc.union(words, words),

  'DStream.cache': ({ words }) => words.cache(),
  'DStream.checkpoint': ({ words }) => words.checkpoint('10s'),
  'DStream.cogroup': ({ pairs }) => pairs.cogroup(pairs, 2),
  'DStream.combineByKey': ({ pairs }) =>
    pairs.combineByKey(
      (v) => [v],
      (list, v) => [...list, v],
      (a, b) => [...a, ...b],
      2,
    ),
  'DStream.context': ({ words }) => words.context(),
  'DStream.count': ({ words }) => words.count(),
  'DStream.countByValue': ({ words }) => words.countByValue(),
  'DStream.countByValueAndWindow': ({ words }) => words.countByValueAndWindow('2s', '1s', 2),
  'DStream.countByWindow': ({ words }) => words.countByWindow('2s', '1s'),
  'DStream.filter': ({ words }) => words.filter((w) => w !== ''),
  'DStream.flatMap': ({ words }) => words.flatMap((w) => w.split(' '), true),
  'DStream.flatMapValues': ({ pairs }) => pairs.flatMapValues((v) => [v, v]),
  'DStream.foreachRDD': ({ words }) => words.foreachRDD((rdd, time) => [rdd, time]),
  'DStream.fullOuterJoin': ({ pairs }) => pairs.fullOuterJoin(pairs, 2),
  'DStream.glom': ({ words }) => words.glom(),
  'DStream.groupByKey': ({ pairs }) => pairs.groupByKey(2),
  'DStream.groupByKeyAndWindow': ({ pairs }) => pairs.groupByKeyAndWindow('2s', '1s', 2),
  'DStream.join': ({ pairs }) => pairs.join(pairs, 2),
  'DStream.leftOuterJoin': ({ pairs }) => pairs.leftOuterJoin(pairs, 2),
  'DStream.map': ({ words }) => words.map((w) => w.length, true),
  'DStream.mapPartitions': ({ words }) => words.mapPartitions((records) => records, true),
  'DStream.mapPartitionsWithIndex': ({ words }) => words.mapPartitionsWithIndex((_index, records) => records, true),
  'DStream.mapValues': ({ pairs }) => pairs.mapValues((v) => v + 1),
  'DStream.partitionBy': ({ pairs }) => pairs.partitionBy(2, (key) => key.length),
  'DStream.persist': ({ words }) => words.persist(StorageLevels.MEMORY_ONLY),
  'DStream.pprint': ({ words }) => words.pprint(5),
  'DStream.reduce': ({ numbers }) => numbers.reduce(add),
  'DStream.reduceByKey': ({ pairs }) => pairs.reduceByKey(add, 2),
  'DStream.reduceByKeyAndWindow': ({ pairs }) =>
    pairs.reduceByKeyAndWindow(add, sub, '2s', '1s', 2, ([, count]) => count > 0),
  'DStream.reduceByWindow': ({ numbers }) => numbers.reduceByWindow(add, sub, '2s', '1s'),
  'DStream.repartition': ({ words }) => words.repartition(2),
  'DStream.rightOuterJoin': ({ pairs }) => pairs.rightOuterJoin(pairs, 2),
  'DStream.saveAsTextFiles': ({ words, folder }) => words.saveAsTextFiles(`${folder}/words`, 'txt'),
  'DStream.slice': async ({ words, runBatch }) => {
    words.print();
    await runBatch();
    const [batch] = await words.slice(new Date(1000), new Date(1000));
    return batch!.collect();
  },
  'DStream.transform': ({ words }) => words.transform((rdd) => rdd),
  'DStream.transformWith': ({ words, numbers }) => words.transformWith((a, b) => a.union(b.map(String)), numbers, true),
  'DStream.union': ({ words }) => words.union(words),
  'DStream.updateStateByKey': ({ ssc, pairs }) =>
    pairs.updateStateByKey<number>(
      (values, state) => values.reduce(add, state ?? 0),
      2,
      ssc.sparkContext.parallelize([['a', 1]]),
    ),
  'DStream.window': ({ words }) => words.window('2s', '1s'),
};
