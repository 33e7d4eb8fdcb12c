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
import { Duration, Integer, JavaStreamingContext, StorageLevel, System } from 'dstreams/java';

export default class FlumeEventCount {
  static async main(args: string[]): Promise<void> {
    if (args.length !== 3) {
      System.err.println('Usage: FlumeEventCount <master> <host> <port>');
      System.exit(1);
    }

    const port = Integer.parseInt(args[2]);
    const ssc = new JavaStreamingContext(args[0], 'FlumeEventCount', new Duration(2000));
    const flumeStream = ssc.flumeStream(args[1]!, port, StorageLevel.MEMORY_ONLY());

    flumeStream
      .count()
      .map((n) => `Received ${n} flume events.`)
      .print();

    await ssc.start();
  }
}
