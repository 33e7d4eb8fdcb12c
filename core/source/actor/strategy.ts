import type { Clock } from '../../time/index.ts';

/** What becomes of an actor that threw: it goes on, is made anew, ends, or ends the receiver. */
export type Directive = 'resume' | 'restart' | 'stop' | 'escalate';

/** How often an actor may be made anew. */
export interface OneForOneOptions {
  /** More restarts than that within the time escalate; −1: no limit. */
  readonly maxNrOfRetries: number;
  /** The time in which restarts are counted, in ms, from the first of them on. */
  readonly withinTimeRangeMs: number;
}

/** What becomes of an actor that throws: each one by itself. Escalating ends the receiver, which is then started again. */
export class OneForOneStrategy {
  /** `decider` says what becomes of an actor by what it threw; without one it is made anew. */
  constructor(
    /** How often an actor may be made anew. */
    readonly options: OneForOneOptions,
    /** What becomes of an actor by what it threw. */
    readonly decider: (error: unknown) => Directive = () => 'restart',
  ) {}
}

/** What becomes of the actor of an `actorStream` that is given no strategy. */
export const ReceiverSupervisorStrategy = {
  /** At most 10 restarts within 15 ms. */
  defaultStrategy: new OneForOneStrategy({ maxNrOfRetries: 10, withinTimeRangeMs: 15 }),
} as const;

/** Of one actor: what to do, with the limit of restarts applied. */
export class Decisions {
  /** Since the first of these restarts the time range runs, as in Akka. */
  private sinceMs = Number.NEGATIVE_INFINITY;
  private restarts = 0;

  constructor(
    private readonly strategy: OneForOneStrategy,
    private readonly clock: Clock,
  ) {}

  on(error: unknown): Directive {
    const directive = this.strategy.decider(error);
    if (directive !== 'restart') return directive;
    const { maxNrOfRetries, withinTimeRangeMs } = this.strategy.options;
    const nowMs = this.clock.monotonic();
    if (nowMs - this.sinceMs > withinTimeRangeMs) {
      this.sinceMs = nowMs;
      this.restarts = 0;
    }
    this.restarts++;
    return maxNrOfRetries >= 0 && this.restarts > maxNrOfRetries ? 'escalate' : 'restart';
  }
}
