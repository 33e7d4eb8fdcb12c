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
  Integer,
  JavaActorReceiver,
  JavaStreamingContext,
  javaSplit,
  Props,
  SparkConf,
  System,
  Tuple2,
} from 'dstreams/java';
import { SubscribeReceiver, UnsubscribeReceiver } from '../feeder-messages.ts';

/** Subscribes to the publisher and stores what comes from it, as records of type T: what comes has to be that. */
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
    // The context, with batches of 2 seconds.
    const jssc = new JavaStreamingContext(sparkConf, new Duration(2000));

    const host = args[0];
    const port = Integer.parseInt(args[1]);
    const feederActorURI = `akka.tcp://test@${host}:${port}/user/FeederActor`;

    // The actor that receives. Nothing checks what comes from outside, so both types here are the one that the feeder sends.
    const lines = AkkaUtils.createStream<string>(
      jssc,
      Props.create(JavaSampleActorReceiver<string>, feederActorURI),
      'SampleReceiver',
    );

    // The words of what it stored.
    lines
      .flatMap((s) => Arrays.asList(...javaSplit(s, '\\s+')))
      .mapToPair((s) => new Tuple2(s, 1))
      .reduceByKey((i1, i2) => i1 + i2)
      .print();

    jssc.start();
    await jssc.awaitTermination();
  }
}
