/**
 * Counts events from Flume, every two seconds. There is no connector to Flume: it ends with `NEEDS_CONNECTOR` where it would
 * read, and says what to use in its place.
 *
 *   FlumeEventCount <master> <host> <port>
 *
 * <master> is where it runs. <host> and <port> are where it would listen.
 *
 * To run it:
 *
 *   $ ./run-example FlumeEventCount 'local[2]' localhost 4141
 */
import { defineJob, Milliseconds, StorageLevels, StreamingContext } from 'dstreams';

export default defineJob(async ([master, host, port, ...others]) => {
  if (master === undefined || host === undefined || Number.isNaN(Number(port)) || others.length > 0) {
    console.error('Usage: FlumeEventCount <master> <host> <port>');
    process.exit(1);
  }

  // The context, with batches of 2 seconds.
  const ssc = new StreamingContext(master, 'FlumeEventCount', Milliseconds(2000));

  // How many events each batch has.
  const stream = ssc.flumeStream(host, Number(port), StorageLevels.MEMORY_ONLY);
  stream
    .count()
    .map((n) => `Received ${n} flume events.`)
    .print();

  await ssc.start();
});
