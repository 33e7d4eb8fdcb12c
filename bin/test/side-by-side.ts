import { availableParallelism } from 'node:os';

/** For a machine that does much else; waiting for a place is counted in. */
const timeoutMs = 600_000;

/**
 * Tests that wait, for other processes most of the time, so that several may run at once. They have nothing in common but
 * this: files, ports and what a process has once are each test's own.
 */
export class SideBySide {
  private readonly waiting: (() => Promise<void>)[] = [];
  private readonly workers: Promise<void>[] = [];

  /** `perCore`: how many are under way for each core of the machine. */
  constructor(private readonly perCore = 1) {}

  /** An `it`. When the first one is due all begin, as far as there is room; each reports when it is its turn. */
  it(title: string, body: () => Promise<void>): void {
    const result = new Promise<void>((resolve, reject) => {
      this.waiting.push(() => body().then(resolve, reject));
    });
    result.catch(() => {}); // It is the test below that fails.
    it(title, () => {
      const workersMax = this.perCore * availableParallelism();
      while (this.workers.length < workersMax) this.workers.push(this.work());
      return result;
    }).timeout(timeoutMs);
  }

  /** Resolves when none is under way: for tests that want the machine to themselves. */
  async over(): Promise<void> {
    await Promise.all(this.workers);
  }

  private async work(): Promise<void> {
    for (let next = this.waiting.shift(); next !== undefined; next = this.waiting.shift()) await next();
  }
}
