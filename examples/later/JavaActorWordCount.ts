/**
 * Counts the words that an actor gets from a feeder, to which it subscribes.
 *
 *   JavaActorWordCount <hostname> <port>
 *
 * <hostname> and <port> are those of FeederActor.
 *
 * To run it, and FeederActor in another terminal:
 *
 *   $ ./run-example FeederActor localhost 9999
 *   $ ./run-example org.apache.spark.examples.streaming.JavaActorWordCount localhost 9999
 */
import {
  type ActorSelection,
  AkkaUtils,
  Arrays,
  Duration,
  JavaActorReceiver,
  JavaStreamingContext,
  javaSplit,
  Props,
  SparkConf,
  System,
  Tuple2,
} from 'dstreams/java';
import { SubscribeReceiver, UnsubscribeReceiver } from '../feeder-messages.ts';

/** A sample actor as receiver, is also simplest. This receiver actor subscribes to a typical publisher/feeder actor and receives data. */
class JavaSampleActorReceiver<T> extends JavaActorReceiver<T> {
  private readonly urlOfPublisher: string;

  constructor(urlOfPublisher: string) {
    super();
    this.urlOfPublisher = urlOfPublisher;
  }

  private remotePublisher!: ActorSelection;

  override preStart(): void {
    this.remotePublisher = this.getContext().actorSelection(this.urlOfPublisher);
    this.remotePublisher.tell(new SubscribeReceiver(this.getSelf()), this.getSelf());
  }

  override onReceive(msg: unknown): void {
    this.store(msg as T);
  }

  override postStop(): void {
    this.remotePublisher.tell(new UnsubscribeReceiver(this.getSelf()), this.getSelf());
  }
}

export class JavaActorWordCount {
  static async main(args: string[]): Promise<void> {
    if (args.length < 2) {
      System.err.println('Usage: JavaActorWordCount <hostname> <port>');
      System.exit(1);
    }

    const sparkConf = new SparkConf().setAppName('JavaActorWordCount');
    // Create the context and set the batch size
    const jssc = new JavaStreamingContext(sparkConf, new Duration(2000));

    const host = args[0];
    const port = args[1];
    const feederActorURI = `akka.tcp://test@${host}:${port}/user/FeederActor`;

    /*
     * Following is the use of AkkaUtils.createStream to plug in custom actor as receiver
     *
     * An important point to note:
     * Since Actor may exist outside the spark framework, It is thus user's responsibility
     * to ensure the type safety, i.e type of data received and InputDstream
     * should be same.
     *
     * For example: Both AkkaUtils.createStream and JavaSampleActorReceiver are parameterized
     * to same type to ensure type safety.
     */
    const lines = AkkaUtils.createStream<string>(
      jssc,
      Props.create(JavaSampleActorReceiver<string>, feederActorURI),
      'SampleReceiver',
    );

    // compute wordcount
    lines
      .flatMap((s) => Arrays.asList(...javaSplit(s, '\\s+')))
      .mapToPair((s) => new Tuple2(s, 1))
      .reduceByKey((i1, i2) => i1 + i2)
      .print();

    jssc.start();
    await jssc.awaitTermination();
  }
}
