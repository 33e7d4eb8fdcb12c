/**
 * The program that is killed: keeps each batch of `numbers` in a file named by its batch time.
 *
 *   server.ts <checkpoint directory> <folder of batches> [<origin of pages that may connect>…]
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { defineJob, Milliseconds, StreamingContext } from 'dstreams';
import { startGateway } from 'dstreams/gateway';

export default defineJob(async ([checkpointDirectory, folder, ...origins]) => {
  let port = () => 0;
  const ssc = StreamingContext.getOrCreate(checkpointDirectory!, () => {
    const ssc = new StreamingContext('local', 'Killed', Milliseconds(200));
    const gateway = startGateway(ssc, { port: 0, origins });
    port = () => gateway.port;
    const numbers = ssc.receiverStream(gateway.receiver('numbers'));
    numbers.foreachRDD(async (rdd, time) => {
      const records = await rdd.collect();
      if (records.length === 0) return;
      const file = join(folder!, `${Number(time)}.json`);
      const text = JSON.stringify(records);
      // A batch that runs again has the same input.
      if (existsSync(file) && readFileSync(file, 'utf8') !== text) {
        writeFileSync(`${file}.differs`, text);
        return;
      }
      writeFileSync(`${file}.part`, text);
      renameSync(`${file}.part`, file);
    });
    numbers.foreachRDD(gateway.publisher('copies'));
    return ssc;
  });
  await ssc.start();
  console.log(`listening on ${port()}`);
  await ssc.awaitTermination();
});
