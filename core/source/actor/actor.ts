import { classNameOf, describeValue } from '../../data/index.ts';
import { DStreamsError } from '../../errors.ts';
import type { ActorRef, ActorSelection } from './actor-ref.ts';

/** What an actor sees of its system. */
export interface ActorContext {
  /** The actor itself, as others see it. */
  readonly self: ActorRef;
  /** The actor above this one; undefined at the top. */
  readonly parent: ActorRef | undefined;
  /** Of the message that is being received; undefined where there is none. */
  readonly sender: ActorRef | undefined;
  /** The actor that a URL names: `akka.tcp://system@host:port/user/name`. Nothing is looked up before `tell`. */
  actorSelection(url: string): ActorSelection;
  /** Makes an actor below this one; it ends with it. */
  actorOf(props: Props, name?: string): ActorRef;
  /** Ends an actor of this system: this one, or one below. */
  stop(ref: ActorRef): void;
}

let attach: (actor: Actor, context: ActorContext) => void;

/**
 * A small stand-in for Akka's actors: one message at a time, in the order in which they came. Override `receive`, or `onReceive` as in
 * Java; either may be async, and the next message waits for it.
 */
export abstract class Actor {
  #context: ActorContext | undefined;

  static {
    attach = (actor, context) => {
      actor.#context = context;
    };
  }

  /** What it sees of its system: from `preStart()` on. */
  get context(): ActorContext {
    if (this.#context !== undefined) return this.#context;
    throw new DStreamsError(
      'RECEIVER_STOPPED',
      `${classNameOf(this)}: an actor has its context from preStart() on, not in its constructor.`,
    );
  }

  /** The actor itself, as others see it. */
  get self(): ActorRef {
    return this.context.self;
  }

  /** Who sent the message that is being received; undefined where there is none. */
  get sender(): ActorRef | undefined {
    return this.context.sender;
  }

  /** Java's name of `context`. */
  getContext(): ActorContext {
    return this.context;
  }
  /** Java's name of `self`. */
  getSelf(): ActorRef {
    return this.self;
  }
  /** Java's name of `sender`. */
  getSender(): ActorRef | undefined {
    return this.sender;
  }

  /** Before the first message, also after a restart. */
  preStart(): void | Promise<void> {}

  /** After the last message, also before a restart. */
  postStop(): void | Promise<void> {}

  /** A message. What it throws is for the strategy of the supervisor. */
  receive(message: unknown): void | Promise<void> {
    return this.onReceive(message);
  }

  /** A message, by Java's name of `receive`. */
  onReceive(message: unknown): void | Promise<void> {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `${classNameOf(this)} has no receive(message), got ${describeValue(message)}`,
    );
  }
}

export const attachActor = (actor: Actor, context: ActorContext): void => attach(actor, context);

/** A class of actors, as `Props.create` takes it. */
// biome-ignore lint/suspicious/noExplicitAny: arguments of whatever class of actors it is.
export type ActorClass<A extends Actor = Actor> = new (...args: any[]) => A;

/** How to make an actor: again after each failure, so a class with its arguments, or a function. */
export class Props<A extends Actor = Actor> {
  /** @internal */
  readonly make: () => A;

  /** A function that makes a new actor at each call. */
  constructor(make: () => A) {
    if (typeof make !== 'function') {
      throw new DStreamsError('OPTIONS_INVALID', 'new Props(f): give a function that makes an actor: () => new X(…).');
    }
    this.make = () => {
      const actor: unknown = make();
      if (actor instanceof Actor) return actor as A;
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `the function given to new Props(f) made no actor, but ${describeValue(actor)}.`,
      );
    };
  }

  /** An actor is made by calling its constructor with these arguments, anew after each failure. */
  static create<C extends ActorClass>(type: C, ...args: ConstructorParameters<C>): Props<InstanceType<C>> {
    if (typeof type !== 'function' || !(type.prototype instanceof Actor)) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `Props.create(Class, ...args): give the class of an actor, one that extends Actor or ActorReceiver, not ${describeValue(type)}.`,
      );
    }
    return new Props(() => new type(...args) as InstanceType<C>);
  }
}
