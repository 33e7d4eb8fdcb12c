/**
 * Counts the words that an actor gets from a feeder, to which it subscribes.
 *
 *   ActorWordCount <master> <hostname> <port>
 *
 * <master> is where it runs: local for one thread, local[2] for two. <hostname> and <port> are those of FeederActor.
 *
 * To run it, and FeederActor in another terminal:
 *
 *   $ ./run-example FeederActor 127.0.0.1 9999
 *   $ ./run-example ActorWordCount 'local[2]' 127.0.0.1 9999
 */
import { ActorReceiver, defineJob, Props, Seconds, StreamingContext } from 'dstreams';
import { SubscribeReceiver, UnsubscribeReceiver } from './feeder-messages.ts';

/** Subscribes to the publisher and stores what comes from it. */
class SampleActorReceiver extends ActorReceiver<string> {
  private readonly remotePublisher = () => this.context.actorSelection(this.urlOfPublisher);

  constructor(private readonly urlOfPublisher: string) {
    super();
  }

  override preStart(): void {
    this.remotePublisher().tell(new SubscribeReceiver(this.self));
  }

  override receive(msg: unknown): void | Promise<void> {
    return this.pushBlock(String(msg));
  }

  override postStop(): void {
    this.remotePublisher().tell(new UnsubscribeReceiver(this.self));
  }
}

export default defineJob(([master, host, port]) => {
  if (master === undefined || host === undefined || Number.isNaN(Number(port))) {
    console.error('Usage: ActorWordCount <master> <hostname> <port>');
    process.exit(1);
  }

  // The context, with batches of 2 seconds.
  const ssc = new StreamingContext(master, 'ActorWordCount', Seconds(2));

  // The actor that receives. Its class has to store what the type of the stream says.
  const feeder = `akka://test@${host}:${port}/user/FeederActor`;
  const lines = ssc.actorStream(Props.create(SampleActorReceiver, feeder), 'SampleReceiver');

  // The words of what it stored.
  lines
    .flatMap((line) => line.split(/\s+/).filter((word) => word !== ''))
    .map((x) => [x, 1])
    .reduceByKey((a, b) => a + b)
    .print();
  ssc.start();
});
