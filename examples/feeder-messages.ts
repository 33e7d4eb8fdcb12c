import { type ActorRef, registerClass } from 'dstreams';

/** Asks a feeder to send to an actor from now on. */
export class SubscribeReceiver {
  constructor(readonly receiverActor: ActorRef) {}
}

/** Asks it to send no more. */
export class UnsubscribeReceiver {
  constructor(readonly receiverActor: ActorRef) {}
}

// Both sides have to know what travels between them.
registerClass(SubscribeReceiver);
registerClass(UnsubscribeReceiver);
