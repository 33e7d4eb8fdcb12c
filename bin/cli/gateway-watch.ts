import type { Clock, Timer } from '../../core/time/index.ts';

/** How often an absence is told of, ms. */
const SAY_MS = 10_000;

export interface GatewayWatchOptions {
  readonly clock: Clock;
  /** How long nothing may come of the gateway while something is due of it. Default: for ever. */
  readonly timeoutMs?: number | undefined;
  readonly say: (text: string) => void;
  /** Once, when that is over: with what was missing. */
  readonly onTimeout: (why: string) => void;
}

/**
 * Waits for a gateway, and not in silence: it is due a connection, and then an answer to each of what was sent. Whoever is at
 * the terminal is told at once why there is no connection, and every ten seconds again as long as there is none.
 */
export class GatewayWatch {
  private isOpen = false;
  private unanswered = 0;
  private reason = 'no answer yet';
  /** Of this absence something was said. */
  private isTold = false;
  private teller: Timer | undefined;
  private limit: Timer | undefined;
  private isOver = false;

  constructor(private readonly options: GatewayWatchOptions) {
    this.tellAgain();
    this.restart();
  }

  /** There is a connection. */
  opened(): void {
    this.teller?.cancel();
    if (this.isTold && !this.isOver) this.options.say('connected');
    this.isTold = false;
    this.isOpen = true;
    if (this.unanswered === 0) this.limit?.cancel();
  }

  /** There is none; another attempt follows. */
  lost(reason: string): void {
    if (this.isOver) return;
    this.reason = reason;
    if (this.isOpen && this.unanswered === 0) this.restart();
    this.isOpen = false;
    if (!this.isTold) this.tell();
  }

  sent(): void {
    if (this.unanswered++ === 0 && this.isOpen) this.restart();
  }

  answered(): void {
    if (--this.unanswered > 0) this.restart();
    else if (this.isOpen) this.limit?.cancel();
  }

  /** Nothing is due any more. Idempotent. */
  end(): void {
    this.isOver = true;
    this.teller?.cancel();
    this.limit?.cancel();
  }

  private tell(): void {
    this.isTold = true;
    this.options.say(`${this.reason}; trying again`);
    this.tellAgain();
  }

  private tellAgain(): void {
    const { clock } = this.options;
    this.teller?.cancel();
    this.teller = clock.setTimer(clock.now() + SAY_MS, () => this.tell());
  }

  private restart(): void {
    const { clock, timeoutMs, onTimeout } = this.options;
    this.limit?.cancel();
    if (timeoutMs === undefined || this.isOver) return;
    this.limit = clock.setTimer(clock.now() + timeoutMs, () => {
      this.end();
      onTimeout(`no ${this.isOpen ? 'acknowledgement' : 'connection'} for ${timeoutMs / 1000} s`);
    });
  }
}
