import { SeededRandom } from '../../../core/internal.ts';
import { type DiskFault, SimulatedDisk } from '../../../testing/index.ts';
import type { StepSizes } from '../../server/read-frame.ts';
import { JSON_CODEC, MSGPACK_CODEC } from '../../protocol/codec.ts';
import { Consumer } from './consumer.ts';
import { Life } from './life.ts';
import { Producer } from './producer.ts';
import { settle } from './settle.ts';

export interface Simulated {
  readonly lives: number;
  readonly batches: number;
  readonly records: number;
  /** Batches that readers have done. */
  readonly read: number;
  readonly steps: number;
}

const FAULTS: readonly DiskFault[] = [{ errno: 'EIO' }, { errno: 'ENOSPC' }, 'short'];
/** Steps of the last life, in which nothing is in the way. */
const LAST_STEPS = 5000;

/**
 * Producers and readers of a gateway through the lives of its process, from one seed: calls of the disk in any order and
 * failing, connections cut, kills and losses of power at any call. Throws where a record that was acknowledged is not in the
 * job exactly once and in order, a batch is another one when it runs again, or a reader misses one or gets other records.
 * `onStep` is for those who see that nothing else than the seed decides.
 */
export async function simulate(seed: number, onStep = () => {}): Promise<Simulated> {
  const simulation = new Simulation(new SeededRandom(seed), onStep);
  try {
    return await simulation.run();
  } finally {
    await simulation.end();
  }
}

class Simulation {
  private disk: SimulatedDisk;
  private nowMs = 1000;
  private lives = 0;
  private life: Life | undefined;
  private isCalm = false;
  private broken: unknown;
  private readonly faultShare: number;
  /** What the job had. */
  private readonly seen = new Map<number, readonly string[]>();
  private readonly batches = new Map<number, string>();
  private readonly acknowledged = new Set<string>();
  private readonly producers: Producer[];
  private readonly consumers: Consumer[];
  private read = 0;
  private steps = 0;
  private readonly concurrentJobs: number;
  private readonly stepSizes: StepSizes;
  private readonly failed = new Set<number>();

  constructor(
    private readonly random: SeededRandom,
    private readonly onStep: () => void,
  ) {
    this.faultShare = [0, 0, 0.003, 0.01][random.int(4)]!;
    this.disk = new SimulatedDisk({ random: random.fork(), clock: { now: () => this.nowMs } });
    const codec = () => (random.int(2) === 0 ? JSON_CODEC : MSGPACK_CODEC);
    this.producers = ['a', 'b'].map(
      (name) => new Producer(name, random.fork(), codec(), (record) => this.acknowledged.add(record)),
    );
    this.consumers = [0, 1].map(
      () => new Consumer(random.fork(), codec(), (timeMs, records) => this.done(timeMs, records)),
    );
    this.concurrentJobs = 1 + random.int(3);
    // A few records, which are a large frame then, and one or two of them a slice.
    this.stepSizes = { frame: 60 + random.int(200), slice: 30 + random.int(60) };
    this.watch();
  }

  private watch(): void {
    this.disk.onCall = () => {
      if (this.isCalm || this.random.next() >= this.faultShare) return undefined;
      return FAULTS[this.random.int(FAULTS.length)];
    };
  }

  async run(): Promise<Simulated> {
    const { random } = this;
    for (let n = 1 + random.int(5); n > 0; n--) {
      await this.live(this.nowMs + 500 + random.int(5000));
      this.nowMs += random.int(3) === 0 ? random.int(4000) : random.int(300);
    }
    await this.lastLife();
    this.check();
    const records = this.producers.reduce((sum, { count }) => sum + count, 0);
    return { lives: this.lives, batches: this.seen.size, records, read: this.read, steps: this.steps };
  }

  async end(): Promise<void> {
    await this.life?.bury();
  }

  private async step(): Promise<void> {
    this.steps++;
    this.onStep();
    await settle();
    if (this.broken !== undefined) throw this.broken;
  }

  private begin(): Life {
    this.lives++;
    this.life = new Life({
      disk: this.disk,
      nowMs: this.nowMs,
      concurrentJobs: this.concurrentJobs,
      stepSizes: this.stepSizes,
      failed: this.failed,
      seen: (timeMs, records) => this.noting(() => this.saw(timeMs, records)),
    });
    return this.life;
  }

  /** What an output function throws is the batch's failure: that a promise is broken has to come out elsewhere. */
  private noting(f: () => void): void {
    try {
      f();
    } catch (error) {
      this.broken ??= error;
    }
  }

  private saw(timeMs: number, records: readonly string[]): void {
    this.compare(timeMs, records);
    this.seen.set(timeMs, [...records]);
  }

  /** A batch has the same records whenever and wherever it is: in the job again after a restart, with a reader before it is in the job. */
  private compare(timeMs: number, records: readonly string[]): void {
    const text = JSON.stringify(records);
    const before = this.batches.get(timeMs) ?? text;
    if (before !== text) throw new Error(`the batch ${timeMs} was ${before}, then ${text}`);
    this.batches.set(timeMs, text);
  }

  private done(timeMs: number, records: readonly string[]): void {
    this.read++;
    this.compare(timeMs, records);
  }

  /** A process until it is killed, or the machine loses power. */
  private async live(untilMs: number): Promise<void> {
    const { random } = this;
    const life = this.begin();
    const losesPower = random.int(2) === 0;
    let callsLeft = random.int(4) === 0 ? Number.POSITIVE_INFINITY : random.int(random.int(2) === 0 ? 60 : 400);
    let crashed: SimulatedDisk | undefined;
    const haste = [0.05, 0.2, 0.6][random.int(3)]!;
    life.disk.onChange = () => {
      if (callsLeft-- > 0) return;
      if (losesPower) crashed ??= this.disk.crashed(random.fork());
      life.disk.isDead = true;
    };
    while (!life.disk.isDead && this.nowMs < untilMs) {
      await this.step();
      if (life.startFailure !== undefined || (life.hasFailed && random.int(50) === 0)) break;
      if (life.turns.waitingCount > 0 && random.next() >= haste) life.turns.release(random);
      else if (life.steps.size > 0 && random.int(2) === 0) life.goOn([...life.steps][random.int(life.steps.size)]!);
      else this.act(life);
    }
    if (losesPower) crashed ??= this.disk.crashed(random.fork());
    life.disk.isDead = true;
    // What was said before may still come.
    for (const client of [...this.producers, ...this.consumers]) {
      if (random.int(2) === 0) client.deliver();
      client.cut();
    }
    await life.bury();
    this.life = undefined;
    if (crashed !== undefined) {
      this.disk.onCall = undefined;
      this.disk = crashed;
      this.watch();
    }
    if (this.broken !== undefined) throw this.broken;
  }

  private act(life: Life): void {
    const { random } = this;
    const producer = this.producers[random.int(this.producers.length)]!;
    const consumer = this.consumers[random.int(this.consumers.length)]!;
    const what = random.int(40);
    if (what === 0) producer.cut();
    else if (what === 1) consumer.cut();
    else if (what < 18) producer.step(life, true);
    else if (what < 26) consumer.step(life);
    else {
      this.nowMs += 1 + random.int(random.int(4) === 0 ? 500 : 50);
      life.setTime(this.nowMs);
    }
  }

  /** Brings all to its end with nothing in the way. */
  private async lastLife(): Promise<void> {
    this.isCalm = true;
    const life = this.begin();
    life.turns.open();
    let afterMs = Number.POSITIVE_INFINITY;
    for (let n = 0; ; n++) {
      if (n > LAST_STEPS) throw new Error('not all is acknowledged in the end, or read');
      await this.step();
      if (life.hasFailed)
        throw new Error('a life failed with nothing in the way', {
          cause: life.startFailure ?? life.t.failures[0]?.error,
        });
      for (const steps of life.steps) life.goOn(steps);
      if (!life.isServing) continue;
      for (const producer of this.producers) producer.step(life, false);
      for (const consumer of this.consumers) consumer.step(life);
      if (this.producers.every(({ isDone }) => isDone)) afterMs = Math.min(afterMs, this.nowMs + 2000);
      if (this.consumers.every(({ lastMs }) => lastMs !== undefined && lastMs > afterMs)) break;
      this.nowMs += 100;
      life.setTime(this.nowMs);
    }
    await life.bury();
    this.life = undefined;
  }

  /** What readers had is in the job; there each record is once, and those of a producer are in order. */
  private check(): void {
    for (const [timeMs, text] of this.batches) {
      if (text !== '[]' && !this.seen.has(timeMs)) throw new Error(`readers had the batch ${timeMs}, the job had not`);
    }
    const all = [...this.seen].sort(([a], [b]) => a - b).flatMap(([, records]) => records);
    for (const producer of this.producers) {
      const own = all.filter((record) => record.startsWith(`${producer.name} `));
      for (let seq = 1; seq <= producer.count; seq++) {
        const record = producer.recordAt(seq);
        if (!this.acknowledged.has(record)) throw new Error(`${record} is not acknowledged`);
        if (own[seq - 1] !== record) throw new Error(`in the place of ${record} the job has ${own[seq - 1]}`);
      }
      if (own.length !== producer.count)
        throw new Error(`${producer.count} records were made, the job has ${own.length}`);
    }
  }
}
