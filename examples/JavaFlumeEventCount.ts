/**
 * Counts events from Flume, every two seconds. There is no connector to Flume: it ends with `NEEDS_CONNECTOR` where it would
 * read, and says what to use in its place.
 *
 *   JavaFlumeEventCount <master> <host> <port>
 *
 * <master> is where it runs. It would listen at <port> of localhost, as the original does, whatever <host> is.
 *
 * To run it:
 *
 *   $ ./run-example JavaFlumeEventCount 'local[2]' localhost 4141
 */
import { Duration, Integer, JavaStreamingContext, System } from 'dstreams/java';

export default class JavaFlumeEventCount {
  static async main(args: string[]): Promise<void> {
    if (args.length !== 3) {
      System.err.println('Usage: JavaFlumeEventCount <master> <host> <port>');
      System.exit(1);
    }

    const port = Integer.parseInt(args[2]);
    const ssc = new JavaStreamingContext(args[0], 'FlumeEventCount', new Duration(2000));
    const flumeStream = ssc.flumeStream('localhost', port);

    flumeStream.count();

    flumeStream
      .count()
      .map((n) => `Received ${n} flume events.`)
      .print();

    await ssc.start();
  }
}
