/**
 * Publishes three words a second to whoever subscribes by ZeroMQ, for ZeroMQWordCount. There is no client of ZeroMQ: it ends
 * with `NEEDS_CONNECTOR` where it would publish, and says where to put one.
 *
 *   SimpleZeroMQPublisher <zeroMQUrl> <topic>
 *
 * <zeroMQUrl> is where it listens. Who subscribes to foo gets the messages of <topic> foo.bar as well.
 *
 * To run it:
 *
 *   $ ./run-example SimpleZeroMQPublisher tcp://127.0.1.1:1234 foo.bar
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { defineJob } from 'dstreams';
import { zeroMQPublisher } from './publishers.ts';

export default defineJob(async ([url, topic]) => {
  if (url === undefined || topic === undefined) {
    console.error('Usage: SimpleZeroMQPublisher <zeroMQUrl> <topic>');
    process.exit(1);
  }

  const publisher = zeroMQPublisher(url);
  while (true) {
    await sleep(1000);
    await publisher.publish(topic, 'words ', 'may ', 'count ');
  }
});
