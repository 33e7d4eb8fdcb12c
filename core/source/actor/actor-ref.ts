/** Where messages for an actor go. Refs may be sent in messages; whoever gets one may answer to it. */
export class ActorRef {
  readonly #deliver: (message: unknown, sender: ActorRef | undefined) => void;

  /** Made by systems of actors. */
  constructor(
    /** For logs, and the same for the same actor: `akka.tcp://system@host:port/user/name`. */
    readonly path: string,
    deliver: (message: unknown, sender: ActorRef | undefined) => void,
  ) {
    this.#deliver = deliver;
  }

  /** Sends, and does not wait: at most once. Messages from one place to another keep their order. */
  tell(message: unknown, sender?: ActorRef | null): void {
    this.#deliver(message, sender ?? undefined);
  }

  equals(other: unknown): boolean {
    return other instanceof ActorRef && other.path === this.path;
  }

  toString(): string {
    return `Actor[${this.path}]`;
  }
}

/** An actor by its URL, whether there is one or not. */
export class ActorSelection extends ActorRef {
  override toString(): string {
    return `ActorSelection[${this.path}]`;
  }
}
