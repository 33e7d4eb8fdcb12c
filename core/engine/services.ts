import { DStreamsError } from '../errors.ts';
import type { Service, ServiceHost } from '../plan/index.ts';

/** The services of one engine: each call goes to all of them, in the order in which they were registered. */
export class Services {
  private readonly all: Service[] = [];
  private started: Service[] = [];
  private commits: Promise<void> = Promise.resolve();
  private waiting = 0;

  get isEmpty(): boolean {
    return this.all.length === 0;
  }

  add(service: Service): void {
    if (this.all.some(({ name }) => name === service.name)) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `A service named ${service.name} is registered with this context already.`,
      );
    }
    this.all.push(service);
  }

  /** `recovered`: what each gave for the checkpoint, by name. */
  async start(host: ServiceHost, recovered: Readonly<Record<string, unknown>>): Promise<void> {
    for (const service of this.all) {
      // One that fails on its way up is stopped as well.
      this.started.push(service);
      await service.start(host, recovered[service.name]);
    }
  }

  /** Those that take time. */
  beforeBatch(timeMs: number): Promise<void>[] {
    const waits: Promise<void>[] = [];
    for (const service of this.all) {
      const wait = service.beforeBatch(timeMs);
      if (wait !== undefined) waits.push(wait);
    }
    return waits;
  }

  /** In order, one batch after the other. */
  commit(timeMs: number, onError: (error: unknown) => void): void {
    if (this.all.length === 0) return;
    this.waiting++;
    this.commits = this.commits
      .then(async () => {
        for (const service of this.all) await service.commit(timeMs);
      })
      .catch(onError)
      .finally(() => this.waiting--);
  }

  /** Resolves when every commit so far is through. */
  async idle(): Promise<void> {
    while (this.waiting > 0) await this.commits;
  }

  /** What each wants to find again, by name; undefined where there is no service. */
  snapshot(): Record<string, unknown> | undefined {
    if (this.all.length === 0) return undefined;
    return Object.fromEntries(this.all.map((service) => [service.name, service.snapshot()]));
  }

  release(beforeMs: number): void {
    for (const service of this.all) service.release(beforeMs);
  }

  /** Idempotent. */
  async stop(graceful: boolean, onError: (error: unknown) => void): Promise<void> {
    const { started } = this;
    this.started = [];
    await this.idle();
    await Promise.all(started.map((service) => service.stop(graceful).catch(onError)));
  }
}
