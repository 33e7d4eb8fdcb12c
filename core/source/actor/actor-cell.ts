import type { Clock } from '../../time/index.ts';
import { type Actor, type ActorContext, attachActor, type Props } from './actor.ts';
import type { ActorRef } from './actor-ref.ts';
import { Decisions, type OneForOneStrategy } from './strategy.ts';

interface Envelope {
  readonly message: unknown;
  readonly sender: ActorRef | undefined;
}

export interface ActorCellOptions {
  readonly props: Props;
  readonly clock: Clock;
  readonly strategy: OneForOneStrategy;
  readonly context: Omit<ActorContext, 'sender'>;
  /** For an actor that was just made, before `preStart`. */
  readonly prepare?: ((actor: Actor) => void) | undefined;
  /** After each message, before the next one: what the actor has begun and not awaited. */
  readonly settled?: ((actor: Actor) => Promise<void> | undefined) | undefined;
  readonly onFailure: (error: unknown, what: string) => void;
  readonly onEscalate: (error: unknown) => void;
}

/** One actor at work: its messages in order, one at a time, through restarts. */
export class ActorCell {
  /** Messages that were received. */
  received = 0;
  /** Times that the actor threw. */
  failures = 0;
  private mailbox: Envelope[] = [];
  private actor: Actor | undefined;
  private sender: ActorRef | undefined;
  private isStopped = false;
  private working: Promise<void> | undefined;
  private isReady = false;
  private readonly decisions: Decisions;
  private readonly context: ActorContext;

  constructor(private readonly options: ActorCellOptions) {
    this.decisions = new Decisions(options.strategy, options.clock);
    const cell = this;
    this.context = {
      ...options.context,
      get sender() {
        return cell.sender;
      },
    };
    this.wake();
  }

  get waitingCount(): number {
    return this.mailbox.length;
  }

  deliver(message: unknown, sender: ActorRef | undefined): void {
    if (this.isStopped) return;
    this.mailbox.push({ message, sender });
    this.wake();
  }

  /** Resolves when what has come has been received. */
  async idle(): Promise<void> {
    while (this.working !== undefined) await this.working;
  }

  /** No further message; resolves after `postStop`. Idempotent. */
  async stop(): Promise<void> {
    if (this.isStopped) return;
    this.isStopped = true;
    this.mailbox = [];
    await this.end();
  }

  private wake(): void {
    this.working ??= Promise.resolve().then(() => this.work());
  }

  /** Never rejects. */
  private async work(): Promise<void> {
    while (!this.isStopped && (!this.isReady || this.mailbox.length > 0)) {
      try {
        if (this.isReady) await this.receive();
        else await this.begin();
      } catch (error) {
        this.sender = undefined;
        await this.failed(error);
      }
    }
    this.working = undefined;
  }

  private async begin(): Promise<void> {
    const { props, prepare } = this.options;
    const actor = props.make();
    this.actor = actor;
    attachActor(actor, this.context);
    prepare?.(actor);
    await actor.preStart();
    this.isReady = true;
  }

  private async receive(): Promise<void> {
    const { message, sender } = this.mailbox.shift()!;
    const actor = this.actor!;
    this.sender = sender;
    this.received++;
    const waiting = actor.receive(message);
    if (waiting instanceof Promise) await waiting;
    const begun = this.options.settled?.(actor);
    if (begun !== undefined) await begun;
    this.sender = undefined;
  }

  private async failed(error: unknown): Promise<void> {
    if (this.isStopped) return;
    this.failures++;
    const directive = this.decisions.on(error);
    if (directive === 'escalate') {
      this.options.onEscalate(error);
      await this.stop();
      return;
    }
    this.options.onFailure(error, directive);
    if (directive === 'stop') {
      await this.stop();
    } else if (directive === 'restart') {
      this.isReady = false;
      await this.end();
    } else if (!this.isReady) {
      // There is nothing to resume before it has started.
      await this.stop();
    }
  }

  private async end(): Promise<void> {
    const { actor } = this;
    this.actor = undefined;
    try {
      await actor?.postStop();
    } catch (error) {
      this.options.onFailure(error, 'postStop');
    }
  }
}
