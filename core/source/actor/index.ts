export { Actor, type ActorClass, type ActorContext, Props } from './actor.ts';
export { ActorReceiver, actorReceiver, type ActorStreamOptions, Statistics } from './actor-receiver.ts';
export { ActorRef, ActorSelection } from './actor-ref.ts';
export { ActorSystem, type ActorSystemOptions } from './actor-system.ts';
export { type Directive, OneForOneStrategy, type OneForOneOptions, ReceiverSupervisorStrategy } from './strategy.ts';
