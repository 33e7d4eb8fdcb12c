/**
 * Counts the words of lines that a receiver of the program's own brings in.
 *
 *   JavaCustomReceiver <hostname> <port>
 *
 * <hostname> and <port> are those of a TCP server.
 *
 * To run it, start a server and then the example:
 *
 *   $ nc -lk 9999
 *   $ ./run-example org.apache.spark.examples.streaming.JavaCustomReceiver localhost 9999
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import {
  Arrays,
  Duration,
  Integer,
  JavaStreamingContext,
  JInputStream,
  Pattern,
  Receiver,
  SparkConf,
  StorageLevel,
  System,
  Tuple2,
} from 'dstreams/java';

const SPACE = Pattern.compile(' ');
const LINE_BYTES_MAX = 16 * 1024 * 1024;

export class JavaCustomReceiver extends Receiver<string> {
  static async main(args: string[]): Promise<void> {
    if (args.length < 2) {
      System.err.println('Usage: JavaCustomReceiver <hostname> <port>');
      System.exit(1);
    }

    // The context, with batches of 1 second.
    const sparkConf = new SparkConf().setAppName('JavaCustomReceiver');
    const ssc = new JavaStreamingContext(sparkConf, new Duration(1000));

    // The lines that the receiver below stores, and their words.
    const lines = ssc.receiverStream(new JavaCustomReceiver(args[0]!, Integer.parseInt(args[1])));
    const words = lines.flatMap((x) => Arrays.asList(SPACE.split(x)).iterator());
    const wordCounts = words.mapToPair((s) => new Tuple2(s, 1)).reduceByKey((i1, i2) => i1 + i2);

    wordCounts.print();
    ssc.start();
    await ssc.awaitTermination();
  }

  // From here on it is the receiver.

  private readonly host: string;
  private readonly port: number;
  private socket: Socket | undefined;

  constructor(host_: string, port_: number) {
    super(StorageLevel.MEMORY_AND_DISK_2());
    this.host = host_;
    this.port = port_;
  }

  override onStart(): void {
    // A loop of its own, in place of a thread.
    void this.receive();
  }

  override onStop(): void {
    // The loop below looks at isStopped(), but not while it waits for a line.
    this.socket?.destroy();
  }

  /** Lines of text until the receiver is stopped. Connects again when the connection is refused or ends. */
  private async receive(): Promise<void> {
    try {
      try {
        this.socket = connect(this.port, this.host);
        await once(this.socket, 'connect');
        const reader = new JInputStream(this.socket, LINE_BYTES_MAX);
        let userInput: string | null;
        while (!this.isStopped() && (userInput = await reader.readLine()) !== null) {
          System.out.println(`Received data '${userInput}'`);
          await this.store(userInput);
        }
      } finally {
        this.socket?.destroy();
      }
      this.restart('Trying to connect again');
    } catch (t) {
      if ((t as NodeJS.ErrnoException).syscall === 'connect') {
        this.restart('Could not connect', t);
      } else {
        this.restart('Error receiving data', t);
      }
    }
  }
}
