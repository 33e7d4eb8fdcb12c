import { rmdirSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import { defineJob, Milliseconds, SparkConf, StreamingContext } from 'dstreams';
import { startGateway } from 'dstreams/gateway';
import { BATCH_MS, keyOf, WINDOW_MS } from './model.ts';

/**
 * What is killed: files and a gateway stream, three kinds of state, outputs in files and to the gateway. Arguments: folder,
 * master, port. A worker thread that finds `die` in the folder takes it away and ends, in the middle of a task.
 */
export default defineJob(async ([root, master, port]) => {
  const ssc = StreamingContext.getOrCreate(`${root}/checkpoint`, () => {
    const conf = new SparkConf().setMaster(master!).setAppName('kill');
    const ssc = new StreamingContext(conf, Milliseconds(BATCH_MS));
    const gateway = startGateway(ssc, { port: Number(port) });
    const lines = ssc.textFileStream(`${root}/in`);
    const events = ssc.receiverStream(gateway.receiver<string>('events')).uid('events');
    const all = lines.union(events);
    all.saveAsTextFiles(`${root}/out/all`);
    all.foreachRDD(gateway.publisher('seen'));

    const pairs = all.map((id): [string, number] => {
      if (!isMainThread && wasThere(`${root}/die`)) process.exit(1);
      return [keyOf(id), 1];
    });
    const totals = pairs
      .updateStateByKey<number>((values, sum) => (values.length === 0 ? sum : (sum ?? 0) + values.length))
      .checkpoint(3 * BATCH_MS);
    const numbered = all
      .map((id): [string, string] => [keyOf(id), id])
      .mapWithState<number, string>((key, id, state) => {
        const n = (state.getOption() ?? 0) + 1;
        state.update(n);
        return `numbered ${key} ${n} ${id}`;
      });
    const window = pairs.reduceByKeyAndWindow(
      (a, b) => a + b,
      (a, b) => a - b,
      WINDOW_MS,
      BATCH_MS,
    );
    totals
      .map(([key, n]) => `total ${key} ${n}`)
      .union(
        numbered,
        window.map(([key, n]) => `window ${key} ${n}`),
      )
      .saveAsTextFiles(`${root}/out/state`);
    return ssc;
  });
  await ssc.start();
  console.log('started');
  await ssc.awaitTermination();
});

function wasThere(directory: string): boolean {
  try {
    rmdirSync(directory);
    return true;
  } catch {
    return false;
  }
}
