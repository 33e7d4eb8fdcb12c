import { type JIterator, type StorageLevel, StorageLevels } from '../../data/index.ts';
import { DStreamsError, messageOf } from '../../errors.ts';
import type { Receiver, ReceiverSupervisor } from '../receiver.ts';
import { Actor, Props } from './actor.ts';
import type { ActorRef } from './actor-ref.ts';
import { ActorSystem } from './actor-system.ts';
import { type OneForOneStrategy, ReceiverSupervisorStrategy } from './strategy.ts';

/** What the supervisor of a stream's actors answers to `Statistics`. */
export class Statistics {
  /** Without counts it is the question; the supervisor answers with one that has them. */
  constructor(
    /** Records that its actors have stored. */
    readonly numberOfMsgs = 0,
    /** Actors that it has made. */
    readonly numberOfWorkers = 0,
    /** How often one of them threw. */
    readonly numberOfHiccups = 0,
    /** Their addresses. */
    readonly otherInfo = '',
  ) {}
}

type Store = (value: unknown) => void | Promise<void>;

let attachStore: (actor: ActorReceiver<unknown>, store: Store) => void;
let begunBy: (actor: ActorReceiver<unknown>) => Promise<void> | undefined;

/**
 * An actor that feeds a stream: subscribe in `preStart`, `store` what `receive` gets. The next message waits until what was stored has
 * been taken.
 */
export abstract class ActorReceiver<T> extends Actor {
  #store: Store | undefined;
  #begun: Promise<void>[] = [];

  static {
    attachStore = (actor, store) => {
      actor.#store = store;
    };
    begunBy = (actor) => {
      if (actor.#begun.length === 0) return undefined;
      const begun = Promise.all(actor.#begun).then(() => {});
      actor.#begun = [];
      return begun;
    };
  }

  /** One record; an iterator (of Java's or of JavaScript's, so not an array) is a block of its own. Waited for by itself. */
  store(value: T | Iterator<T> | JIterator<T>): void | Promise<void> {
    if (this.#store === undefined) {
      throw new DStreamsError(
        'RECEIVER_STOPPED',
        `${this.constructor.name}: store(…) works in actors that were given to actorStream, from preStart() on.`,
      );
    }
    const wait = this.#store(value);
    if (wait === undefined) return undefined;
    // Who awaits it sees the failure there; who does not, before the next message.
    this.#begun.push(wait);
    wait.catch(() => {});
    return wait;
  }

  /** The name of `store` in 0.9. */
  pushBlock(value: T | Iterator<T> | JIterator<T>): void | Promise<void> {
    return this.store(value);
  }
}

/** Of `actorStream`: where records are kept, and what becomes of an actor that throws. */
export interface ActorStreamOptions {
  /** Where what is stored is kept. Default: `MEMORY_AND_DISK_SER_2`. */
  readonly storageLevel?: StorageLevel | undefined;
  /** What becomes of an actor that throws. Default: `ReceiverSupervisorStrategy.defaultStrategy`. */
  readonly supervisorStrategy?: OneForOneStrategy | undefined;
}

/**
 * A stream of what an actor stores (Spark `actorStream`). The actor is made anew when its receiver is started: also after a connection that
 * it made was refused or lost, so that it subscribes again.
 */
export function actorReceiver(
  props: Props,
  actorName: string,
  {
    storageLevel = StorageLevels.MEMORY_AND_DISK_SER_2,
    supervisorStrategy = ReceiverSupervisorStrategy.defaultStrategy,
  }: ActorStreamOptions = {},
): Receiver {
  if (!(props instanceof Props)) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      'actorStream(props, name): give Props.create(Class, ...args) or new Props(f).',
    );
  }
  let system: ActorSystem | undefined;
  return {
    name: 'ActorReceiver',
    storageLevel,
    onStart(supervisor) {
      system = startActors(supervisor, props, actorName, supervisorStrategy);
    },
    onStop: () => system?.terminate(),
  };
}

function startActors(
  supervisor: ReceiverSupervisor,
  props: Props,
  actorName: string,
  strategy: OneForOneStrategy,
): ActorSystem {
  const { clock, conf, logger, streamId } = supervisor;
  const system = new ActorSystem('spark', {
    clock,
    frameBytesMax: conf.frameBytesMax,
    warn: (text, error) => logger.warn('ActorReceiver', text, error),
    onLost: (text, error) => supervisor.restart(text, error),
  });
  const counts = { messages: 0, hiccups: 0, workers: [] as ActorRef[] };
  const path = `/user/Supervisor${streamId}`;
  const store: Store = (value) => {
    counts.messages++;
    return isIterator(value) ? supervisor.storeAll(toArray(value)) : supervisor.store(value);
  };
  const work = (child: Props, name?: string): ActorRef => {
    const ref = system.actorBelow(path, child, name, {
      strategy,
      prepare: (actor) => {
        if (actor instanceof ActorReceiver) attachStore(actor, store);
      },
      settled: (actor) => (actor instanceof ActorReceiver ? begunBy(actor) : undefined),
      onFailed: () => {
        counts.hiccups++;
      },
      onEscalate: (error) => {
        const text = `an actor failed too often: ${messageOf(error)}`;
        supervisor.reportError(text, error);
        supervisor.restart(text, error);
      },
    });
    counts.workers.push(ref);
    return ref;
  };

  /** Its children receive; it makes more of them, and answers how they are (semantics §7.10). */
  class Supervisor extends Actor {
    override receive(message: unknown): void {
      if (message instanceof Props) this.sender?.tell(work(message), this.self);
      else if (Array.isArray(message) && message[0] instanceof Props) {
        this.sender?.tell(work(message[0], String(message[1])), this.self);
      } else if (message instanceof Statistics || message === Statistics) {
        const { messages, workers, hiccups } = counts;
        this.sender?.tell(new Statistics(messages, workers.length, hiccups, workers.join('\n')), this.self);
      }
    }
  }

  system.actorOf(new Props(() => new Supervisor()), `Supervisor${streamId}`);
  work(props, actorName);
  return system;
}

const isIterator = (value: unknown): value is Iterator<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as Partial<Iterator<unknown>>).next === 'function';

function toArray(values: Iterator<unknown>): unknown[] {
  if (Symbol.iterator in values) return [...(values as Iterable<unknown> & Iterator<unknown>)];
  const all: unknown[] = [];
  for (let next = values.next(); next.done !== true; next = values.next()) all.push(next.value);
  return all;
}
