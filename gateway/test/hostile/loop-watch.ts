import { readFileSync } from 'node:fs';

/** Of looks at an event loop. */
export interface Spread {
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoopUse {
  /** For how long its thread ran between one look and the next, which is a turn or a few. The machine's load is not in it. */
  readonly heldMs: Spread;
  /** The same by the clock: with what the machine did for others. */
  readonly turnMs: Spread;
  /** Share of the time that its thread ran. */
  readonly ran: number;
}

const LOOK_MS = 1;

/** Looks at the event loop of its own thread every so often. */
export class LoopWatch {
  private held: number[] = [];
  private turns: number[] = [];
  private begun = this.now();
  private last = this.begun;

  constructor() {
    setInterval(() => this.look(), LOOK_MS);
  }

  /** Since it was asked before. */
  take(): LoopUse {
    this.look();
    const { begun, last } = this;
    const use = {
      heldMs: spread(this.held),
      turnMs: spread(this.turns),
      ran: (last.ranMs - begun.ranMs) / (last.atMs - begun.atMs),
    };
    this.begun = last;
    this.held = [];
    this.turns = [];
    return use;
  }

  private look(): void {
    const now = this.now();
    this.held.push(now.ranMs - this.last.ranMs);
    this.turns.push(now.atMs - this.last.atMs);
    this.last = now;
  }

  private now() {
    return { atMs: performance.now(), ranMs: ranMs() };
  }
}

export function spread(values: number[]): Spread {
  values.sort((a, b) => a - b);
  const at = (share: number) => values[Math.min(values.length - 1, Math.floor(values.length * share))]!;
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** How long this thread ran so far. Elsewhere than on Linux all threads of the process. */
function ranMs(): number {
  if (process.platform === 'linux') return scheduled()[0]!;
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** How long this thread was to run and had no core. Known to Linux only. */
export const waitedMs = (): number => (process.platform === 'linux' ? scheduled()[1]! : 0);

function scheduled(): number[] {
  // Asked for it, the kernel counts up to now: else these numbers are those of its last tick, of 4 ms.
  process.cpuUsage();
  return readFileSync('/proc/thread-self/schedstat', 'utf8')
    .split(' ')
    .map((text) => Number(text) / 1e6);
}
