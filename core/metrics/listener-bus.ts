import type { Clock } from '../time/clock.ts';
import { deliver, type StreamingEvent, type StreamingListener } from './listener.ts';
import type { Logger } from './logger.ts';

export interface ListenerBusOptions {
  readonly clock: Clock;
  readonly log: Logger;
  /** Events waiting; more are dropped. Default 10,000, as in Spark. */
  readonly queueMax?: number;
}

/** How long listeners may hold the event loop before it gets a turn, ms. */
const TURN_MS = 8;

/** Brings events to listeners, in order, never inside `post`: what is posted is not held up by who listens. */
export class ListenerBus {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #queueMax: number;
  #listeners: readonly StreamingListener[] = [];
  /** `#queue[#head]` is next; emptied as a whole, so that nothing is shifted. */
  #queue: StreamingEvent[] = [];
  #head = 0;
  #pump: Promise<void> | undefined;
  #isInside = false;
  #isStopped = false;
  #droppedCount = 0;

  constructor({ clock, log, queueMax = 10_000 }: ListenerBusOptions) {
    this.#clock = clock;
    this.#log = log;
    this.#queueMax = queueMax;
  }

  /** From the next delivery on. The same listener twice is called twice. */
  addListener(listener: StreamingListener): void {
    this.#listeners = [...this.#listeners, listener];
  }

  /** Takes one registration back; unknown ones are ignored. */
  removeListener(listener: StreamingListener): void {
    const index = this.#listeners.indexOf(listener);
    if (index >= 0) this.#listeners = this.#listeners.toSpliced(index, 1);
  }

  /** Events lost because listeners were too slow. */
  get droppedCount(): number {
    return this.#droppedCount;
  }

  /** Never throws and never calls a listener. Without listeners, and after `stop`, the event is forgotten. */
  post(event: StreamingEvent): void {
    if (this.#isStopped || this.#listeners.length === 0) return;
    if (this.#queue.length - this.#head >= this.#queueMax) {
      if (this.#droppedCount++ === 0) {
        this.#log.error(
          'ListenerBus',
          `Dropping events: ${this.#queueMax} are waiting. A listener is too slow for the rate of batches.`,
        );
      }
      return;
    }
    this.#queue.push(event);
    this.#pump ??= this.#run();
  }

  /** Whether a listener's own code is being called just now. */
  isInsideListener(): boolean {
    return this.#isInside;
  }

  /** Resolves when every event posted so far has been delivered. Never rejects. */
  async drained(): Promise<void> {
    while (this.#pump !== undefined) await this.#pump;
  }

  /** Takes no more events; resolves when those posted so far have been delivered. Idempotent. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.drained();
  }

  async #run(): Promise<void> {
    await this.#clock.yield();
    let turnStartMs = this.#clock.monotonic();
    while (this.#head < this.#queue.length) {
      const event = this.#queue[this.#head++]!;
      if (this.#head > 1024) {
        this.#queue = this.#queue.slice(this.#head);
        this.#head = 0;
      }
      for (const listener of this.#listeners) this.#call(listener, event);
      if (this.#clock.monotonic() - turnStartMs > TURN_MS) {
        await this.#clock.yield();
        turnStartMs = this.#clock.monotonic();
      }
    }
    this.#queue = [];
    this.#head = 0;
    this.#pump = undefined;
  }

  #call(listener: StreamingListener, event: StreamingEvent): void {
    this.#isInside = true;
    try {
      const result = deliver(listener, event);
      if (result instanceof Promise) result.catch((error: unknown) => this.#report(event, error));
    } catch (error) {
      this.#report(event, error);
    } finally {
      this.#isInside = false;
    }
  }

  #report(event: StreamingEvent, error: unknown): void {
    this.#log.error('ListenerBus', `A listener threw an exception at ${event.type}`, error);
  }
}
