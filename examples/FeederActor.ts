/**
 * Sends random words to the actors that subscribe, two of them every half second.
 *
 *   FeederActor <hostname> <port>
 *
 * To run it, and ActorWordCount in another terminal:
 *
 *   $ ./run-example FeederActor 127.0.0.1 9999
 *   $ ./run-example ActorWordCount 'local[2]' 127.0.0.1 9999
 */
import { Actor, type ActorRef, ActorSystem, defineJob, Props } from 'dstreams';
import { SubscribeReceiver, UnsubscribeReceiver } from './feeder-messages.ts';

const strings = ['words ', 'may ', 'count '];

function makeMessage(): string {
  const x = Math.floor(Math.random() * 3);
  return strings[x]! + strings[2 - x]!;
}

class FeederActor extends Actor {
  private receivers: ActorRef[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** Every half second a message for each receiver. */
  override preStart(): void {
    this.timer = setInterval(() => {
      for (const receiver of this.receivers) receiver.tell(makeMessage());
    }, 500);
  }

  override postStop(): void {
    clearInterval(this.timer);
  }

  override receive(message: unknown): void {
    if (message instanceof SubscribeReceiver) {
      console.log(`received subscribe from ${message.receiverActor}`);
      this.receivers = [message.receiverActor, ...this.receivers];
    } else if (message instanceof UnsubscribeReceiver) {
      console.log(`received unsubscribe from ${message.receiverActor}`);
      this.receivers = this.receivers.filter((receiver) => !receiver.equals(message.receiverActor));
    }
  }
}

export default defineJob(async ([host, port]) => {
  if (host === undefined || Number.isNaN(Number(port))) {
    console.error('Usage: FeederActor <hostname> <port>');
    process.exit(1);
  }
  const actorSystem = await ActorSystem.create('test', { host, port: Number(port) });
  const feeder = actorSystem.actorOf(Props.create(FeederActor), 'FeederActor');
  console.log(`Feeder started as:${feeder}`);
  await actorSystem.awaitTermination();
});
