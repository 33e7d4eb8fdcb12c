import { writeFileDurably } from '../../../storage/disk.ts';
import { SimulatedDisk } from '../../../testing/simulated-disk.ts';
import { SeededRandom } from '../../../time/random.ts';
import { INPUT_FOLDER } from './build.ts';
import { DiskFaults } from './disk-faults.ts';
import { mayFail } from './failures.ts';
import { Broken, Ledger } from './ledger.ts';
import { Life } from './life.ts';
import { type Pair, type Program, randomProgram } from './program.ts';
import { bytesOf, lineOf } from './sources.ts';
import type { SimulatedThreads } from './threads.ts';
import { settle } from './turns.ts';

export interface Simulated {
  /** Calls of the disk and other turns that were ordered by the seed. */
  readonly turns: number;
  readonly lives: number;
  readonly batches: number;
  /** Of batches that outputs saw, again ones included. */
  readonly observations: number;
  readonly records: number;
  /** Of threads. */
  readonly deaths: number;
}

/** Makes another seed of one. */
const SHARED = 0x5eed;
/** In batches: the whole run, about. */
const LENGTH_MIN = 5;
const LENGTH_MORE = 8;
/** How often one looks whether something goes on by itself. */
const STUCK_MAX = 1000;

/**
 * A whole application through several lives, from one seed: a random program, records from outside, an order of all that
 * could happen next, failing calls and functions, and ends by a kill, by a loss of power at any call of the disk, or by a
 * stop. Throws where an output misses a batch, sees one twice with another content, or sees anything but what `Model` says.
 */
export async function simulate(seed: number, trace: (line: string) => void = () => {}): Promise<Simulated> {
  const simulation = new Simulation(new SeededRandom(seed), new SeededRandom(seed + SHARED), trace);
  try {
    return await simulation.run();
  } finally {
    await simulation.end();
  }
}

class Simulation {
  private readonly program: Program;
  private readonly ledger: Ledger;
  private readonly queues = new Map<number, Pair[]>();
  private readonly throwShare: number;
  private readonly deathShare: number;
  private readonly faults: DiskFaults;
  /** How often time goes on while something else could: many batches wait then. */
  private readonly haste: number;
  private disk: SimulatedDisk;
  private nowMs: number;
  /** When the life began that first started: older files are none of its. */
  private madeMs = 0;
  private files = 0;
  private handedIn = 0;
  private lives = 0;
  private life: Life | undefined;
  private turns = 0;
  private deaths = 0;
  private stuck = 0;

  constructor(
    private readonly random: SeededRandom,
    shared: SeededRandom,
    private readonly trace: (line: string) => void,
  ) {
    this.program = randomProgram(random, shared);
    this.ledger = new Ledger(this.program);
    this.nowMs = 1000 * random.int(5) + random.int(1000);
    for (const [i, stream] of this.program.streams.entries()) {
      if (stream.op === 'source' && stream.kind === 'queue') this.queues.set(i, []);
    }
    const faultShare = [0, 0, 0.002, 0.01][random.int(4)]!;
    this.throwShare = [0, 0, 0.005][random.int(3)]!;
    this.deathShare = [0, 0.002, 0.01, 0.05][random.int(4)]!;
    const fullShare = [0, 0.002, 0.01][random.int(3)]!;
    this.haste = [0.01, 0.03, 0.1][random.int(3)]!;
    const sectorBytes = [8, 64, 512][random.int(3)]!;
    this.disk = new SimulatedDisk({ random: random.fork(), sectorBytes, clock: { now: () => this.nowMs } });
    this.faults = new DiskFaults({ random, faultShare, fullShare, trace });
    this.faults.watch(this.disk);
    for (const [i, stream] of this.program.streams.entries()) trace(`${i} ${JSON.stringify(stream)}`);
  }

  async run(): Promise<Simulated> {
    const { random, ledger } = this;
    await this.faults.outside(async () => {
      for (const [i] of this.program.streams.entries()) await this.disk.makeDirectory(INPUT_FOLDER(i));
      for (const folder of ['/staging', '/out']) await this.disk.makeDirectory(folder);
    });
    const endMs = this.nowMs + 1000 * (LENGTH_MIN + random.int(LENGTH_MORE));
    while (this.nowMs < endMs && this.lives < 8) {
      await this.live(Math.min(endMs, this.nowMs + 1000 * (1 + random.int(10))));
      await this.faults.outside(() => ledger.checkSaved(this.disk));
      await this.downTime();
    }
    this.faults.isCalm = true;
    const lastMs = await this.lastLife();
    await this.faults.outside(() => ledger.checkSaved(this.disk));
    ledger.check(lastMs);
    return {
      turns: this.turns,
      lives: this.lives,
      batches: (lastMs - ledger.zeroMs!) / 1000,
      observations: ledger.observations,
      records: this.handedIn,
      deaths: this.deaths,
    };
  }

  /** Also where it has failed: the next one runs in the same process. */
  async end(): Promise<void> {
    await this.life?.bury();
  }

  private begin(): Life {
    const { program, queues, disk, random, nowMs, ledger } = this;
    this.life = new Life({
      program,
      queues,
      disk,
      random: random.fork(),
      nowMs,
      pid: ++this.lives,
      seen: (stream, timeMs, pairs) => {
        this.trace(`stream ${stream} at ${timeMs}: ${JSON.stringify(pairs)}`);
        this.noting(() => ledger.saw(stream, timeMs, pairs));
      },
      tallied: (stream, timeMs, records, added) => this.noting(() => ledger.tallied(stream, timeMs, records, added)),
    });
    this.trace(`life ${this.lives} at ${nowMs}`);
    return this.life;
  }

  private broken: unknown;

  /** What an output function throws is the batch's failure: that a promise is broken has to come out elsewhere. */
  private noting(f: () => void): void {
    try {
      f();
    } catch (error) {
      this.broken ??= error;
    }
  }

  /** A process until it is killed, or stopped, or the machine loses power. */
  private async live(untilMs: number): Promise<void> {
    const { random } = this;
    this.faults.hadFault = false;
    // Where it stays full no life begins.
    if (random.int(2) === 0) this.faults.isFull = false;
    const life = this.begin();
    const ending = random.int(4);
    // At any call: more often early, where a process starts.
    let callsLeft = ending < 3 ? random.int(random.int(2) === 0 ? 60 : 1500) : Number.POSITIVE_INFINITY;
    let crashed: SimulatedDisk | undefined;
    const losesPower = ending < 2;
    life.disk.onChange = () => {
      if (this.faults.isOutside || callsLeft-- > 0) return;
      if (losesPower) crashed = this.disk.crashed(random.fork());
      life.disk.isDead = true;
      this.trace('killed');
    };
    let hadThrown = false;
    const beganMs = this.nowMs;
    let settling = false;
    for (;;) {
      await settle();
      if (life.disk.isDead) break;
      if (this.broken !== undefined) throw this.broken;
      this.checkFailures(life, hadThrown);
      if (life.startFailure !== undefined) break;
      if (life.hasStarted && life.failures.length === 0 && !settling && random.int(20) === 0) {
        settling = true;
        const { dueMs } = life;
        void life.engine.idle().then(() => {
          settling = false;
          // A stop lets batches go that wait.
          const isUp = !life.disk.isDead && life.engine.getState() === 'ACTIVE';
          if (isUp && life.failures.length === 0) this.ledger.settled(dueMs);
        });
      }
      this.noteStart(life, beganMs);
      if (this.nowMs >= untilMs || (life.failures.length > 0 && random.int(100) === 0)) break;
      if (random.next() < this.throwShare) {
        life.throwsNext = true;
        hadThrown = true;
      }
      await this.step(life);
    }
    if (ending === 3 && !life.disk.isDead && life.hasStarted && random.int(2) === 0)
      await this.stopGracefully(life, hadThrown);
    this.turns += life.turns.taken;
    this.trace(losesPower ? 'the power goes' : 'the process ends');
    if (losesPower) crashed ??= this.disk.crashed(random.fork());
    await life.bury();
    if (crashed !== undefined) {
      this.disk.onCall = undefined;
      this.disk = crashed;
      this.faults.watch(crashed);
    }
    if (this.broken !== undefined) throw this.broken;
  }

  private noteStart(life: Life, beganMs: number): void {
    if (!life.hasStarted) return;
    if (this.ledger.zeroMs === undefined) this.madeMs = beganMs;
    this.ledger.started(life.zeroMs);
  }

  /** One thing that could happen next. */
  private async step(life: Life): Promise<void> {
    const { random } = this;
    if (life.threads !== undefined && random.next() < this.deathShare) this.killThread(life.threads);
    this.faults.fillOrClear();
    if (life.turns.waitingCount > 0 && random.next() >= this.haste) {
      life.turns.release(random);
      return;
    }
    if (random.int(3) === 0) await this.handIn(life);
    else this.advance(life, 1 + random.int(random.int(3) === 0 ? 1000 : 200));
  }

  private killThread(threads: SimulatedThreads): void {
    const { random } = this;
    const { alive } = threads;
    if (alive.length === 0) return;
    alive[random.int(alive.length)]!.die(random.int(2) === 0);
    threads.deaths++;
    this.deaths++;
    this.trace('a thread dies');
  }

  /** Something goes on whenever it can: where nothing can, and it is not over, it never will be. */
  private waitOrGiveUp(life: Life, what: string): void {
    if (life.turns.waitingCount > 0) {
      this.stuck = 0;
      life.turns.release(this.random);
    } else if (this.stuck++ > STUCK_MAX) throw new Broken(`${what} never comes to its end`);
  }

  private advance(life: Life, byMs: number): void {
    this.nowMs += byMs;
    this.trace(`it is ${this.nowMs}`);
    life.clock.setTime(this.nowMs);
  }

  private async stopGracefully(life: Life, hadThrown: boolean): Promise<void> {
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    life.engine.stop({ graceful: true, stopSparkContext: true }).then(end, end);
    for (;;) {
      await settle();
      if (isOver || life.disk.isDead) return;
      if (this.broken !== undefined) throw this.broken;
      this.checkFailures(life, hadThrown, true);
      if (life.turns.waitingCount === 0) this.advance(life, 50);
      this.waitOrGiveUp(life, 'a graceful stop');
    }
  }

  private checkFailures({ failures, hasStarted, threads }: Life, hadThrown: boolean, stops = false): void {
    const troubles = { hasStarted, stops, hadThrown, hadFault: this.faults.hadFault, deaths: threads?.deaths ?? 0 };
    for (const error of failures) {
      if (!mayFail(error, troubles)) throw new Broken(`a life failed: ${String(error)}`, { cause: error });
    }
  }

  private async downTime(): Promise<void> {
    const { random } = this;
    for (let left = random.int(3) === 0 ? random.int(4000) : random.int(500); left > 0; left -= 400) {
      this.nowMs += Math.min(left, 400);
      if (random.int(3) === 0) await this.handIn(undefined);
    }
  }

  /** Brings all to its end with nothing in the way. Returns the last batch. */
  private async lastLife(): Promise<number> {
    this.faults.hadFault = false;
    const beganMs = this.nowMs;
    const life = this.begin();
    // What is still on its way into the first batches, and a few more for what timers and windows owe.
    const more = 3;
    let lastMs = 0;
    for (let idle = false; !idle; ) {
      await settle();
      if (this.broken !== undefined) throw this.broken;
      this.checkFailures(life, false);
      if (life.turns.waitingCount > 0) {
        life.turns.release(this.random);
        continue;
      }
      if (!life.hasStarted) {
        this.waitOrGiveUp(life, 'a start');
        continue;
      }
      this.noteStart(life, beganMs);
      if (lastMs === 0) lastMs = life.dueMs + more * 1000;
      if (life.dueMs < lastMs) this.advance(life, 500);
      else idle = true;
    }
    let isOver = false;
    void life.engine.idle().then(() => {
      isOver = true;
    });
    while (!isOver) {
      await settle();
      if (this.broken !== undefined) throw this.broken;
      this.checkFailures(life, false);
      this.waitOrGiveUp(life, 'the last batch');
    }
    this.turns += life.turns.taken;
    this.ledger.settled(lastMs);
    await life.bury();
    return lastMs;
  }

  /** Something comes from outside: a file, records into a queue, or into a receiver that is at work. */
  private async handIn(life: Life | undefined): Promise<void> {
    const { random, ledger } = this;
    const sources = this.program.streams.flatMap((stream, i) =>
      stream.op === 'source' ? [{ i, kind: stream.kind }] : [],
    );
    const { i, kind } = sources[random.int(sources.length)]!;
    const records = ledger.records(random.int(6), () => `k${random.int(6)}`);
    this.trace(`${kind} ${i} at ${this.nowMs}: ${JSON.stringify(records)}`);
    const hand = life?.built.hands.get(i);
    switch (kind) {
      case 'files': {
        // On a boundary it would be open which batch it belongs to.
        if (this.nowMs % 1000 === 0) return;
        const name = `f${this.files++}`;
        const text = records.map((record) => `${lineOf(record)}\n`).join('');
        await this.faults.outside(async () => {
          await writeFileDurably(this.disk, `/staging/${name}`, new TextEncoder().encode(text));
          await this.disk.rename(`/staging/${name}`, `${INPUT_FOLDER(i)}/${name}`);
          for (const folder of [INPUT_FOLDER(i), '/staging']) await this.disk.syncDirectory(folder);
        });
        // A file that came before the program was there is none of its.
        if (ledger.zeroMs === undefined || this.nowMs <= this.madeMs) ledger.offered(i, records);
        else ledger.promised(i, records);
        break;
      }
      case 'queue':
        this.queues.get(i)!.push(...records);
        ledger.promised(i, records);
        break;
      default: {
        const supervisor = hand?.supervisor;
        if (supervisor === undefined || records.length === 0) return;
        ledger.offered(i, records);
        const acknowledged = () => {
          if (life!.disk.isDead) return;
          this.trace(`acknowledged: ${JSON.stringify(records)}`);
          ledger.promised(i, records);
        };
        // What is refused was not acknowledged.
        const refused = () => {};
        if (kind === 'bytes')
          supervisor.storeBytes(bytesOf(records), { records: [records] }).then(acknowledged, refused);
        else if (random.int(3) > 0) supervisor.storeAll(records).then(acknowledged, refused);
        else for (const record of records) Promise.resolve(supervisor.store(record)).catch(refused);
      }
    }
    this.handedIn += records.length;
  }
}
