import { threadId } from 'node:worker_threads';
import { defineJob } from 'dstreams';
import { createTestContext } from 'dstreams/testing';

const place = () => (threadId === 0 ? 'the driver' : 'a worker');

/** Says on which threads files are written and read: by the stream, by a data set inside `foreachRDD`, by a format of its own. */
export default defineJob(async ([folder]) => {
  const t = createTestContext({ batchMs: 1000 });
  const words = t.input([['a', 'b']], { partitions: 2 }).map((w) => [w, place()]);
  words.saveAsTextFiles(`${folder}/text`);
  words.saveAsHadoopFiles(`${folder}/own`, null, {
    format: {
      writer: async (sink) => ({
        write: (records) => sink.write(Buffer.from(`${records.length} written on ${place()}\n`)),
        close: async () => {},
      }),
    },
  });
  words.foreachRDD(async (rdd) => {
    await rdd.saveAsSequenceFile(`${folder}/sequence`, 'gzip');
    await rdd.saveAsObjectFile(`${folder}/objects`);
  });
  const lines = t.ssc.sparkContext.textFile(`${folder}/in`, 2).map((line) => `${line} read on ${place()}`);
  const read = t.record(words.transform(() => lines));
  await t.run(1);
  const { sparkContext } = t.ssc;
  const sequence = await sparkContext.sequenceFile(`${folder}/sequence`).collect();
  const objects = await sparkContext.objectFile(`${folder}/objects`).collect();
  await t.stop();
  return { read: read.batches[0]?.values, sequence, objects };
});
