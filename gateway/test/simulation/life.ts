import { LifeDisk } from '../../../core/engine/test/simulation/life-disk.ts';
import { Turns } from '../../../core/engine/test/simulation/turns.ts';
import { createTestContext, type SimulatedDisk, type TestContext } from '../../../testing/index.ts';
import type { Hub } from '../../hub.ts';
import type { StepSizes } from '../../server/read-frame.ts';
import { publisherOf, startHub } from '../hub.ts';
import { settle } from './settle.ts';

export const BATCH_MS = 1000;
export const INPUT = 'in';
export const OUTPUT_STREAM = 'copies';

export const LIMITS = { creditRecords: 24, unackedFrames: 8, recordsPerFrame: 12, controlPerSecond: 1000 };

export interface LifeOptions {
  readonly disk: SimulatedDisk;
  readonly nowMs: number;
  /** What a batch of the job had. */
  readonly seen: (timeMs: number, records: readonly string[]) => void;
  readonly concurrentJobs: number;
  readonly stepSizes: StepSizes;
  /** Batches that failed in lives before, and in this one. */
  readonly failed: Set<number>;
}

/** One process with a gateway, until it is killed; its disk's calls take their turns. */
export class Life {
  readonly turns = new Turns();
  readonly disk: LifeDisk;
  readonly t: TestContext;
  readonly hub: Hub;
  /** Of frames that are read in steps, one a connection. */
  readonly steps = new Set<Iterator<void>>();
  /** Clients can connect. */
  isServing = false;
  startFailure: unknown;

  private readonly failed: Set<number>;

  constructor({ disk, nowMs, seen, concurrentJobs, stepSizes, failed }: LifeOptions) {
    this.failed = failed;
    this.disk = new LifeDisk(disk, this.turns);
    this.t = createTestContext({
      batchMs: BATCH_MS,
      disk: this.disk,
      nowMs,
      recovers: true,
      checkpointDir: '/checkpoint',
      onFailure: 'keep',
      conf: { 'spark.streaming.concurrentJobs': concurrentJobs },
    });
    this.hub = startHub(this.t, { port: 0, limits: LIMITS }, () => ({
      open: async () => {
        this.isServing = true;
      },
      close: async () => {
        this.isServing = false;
      },
    }));
    this.hub.stepSizes = stepSizes;
    const input = this.t.ssc.receiverStream<string>(this.hub.addInput(INPUT, {}).receiver());
    input.foreachRDD(async (rdd, time) => {
      const records = await rdd.collect();
      if (!this.disk.isDead) seen(Number(time), records);
    });
    input.foreachRDD(publisherOf(this.hub, OUTPUT_STREAM));
    this.t.start().catch((error: unknown) => {
      this.startFailure = error;
    });
  }

  get hasFailed(): boolean {
    return this.startFailure !== undefined || this.t.failures.length > 0;
  }

  /** A batch that failed is not published once later ones are: readers are told so. */
  isMissing(timeMs: number): boolean {
    for (const failure of this.t.failures) this.failed.add(failure.timeMs);
    return this.failed.has(timeMs);
  }

  /** One step of one frame. */
  goOn(steps: Iterator<void>): void {
    if (steps.next().done === true) this.steps.delete(steps);
  }

  setTime(nowMs: number): void {
    this.t.clock.setTime(Math.max(nowMs, this.t.clock.now()));
  }

  /** Takes away what a process that was killed would leave in this one. */
  async bury(): Promise<void> {
    for (const { timeMs } of this.t.failures) this.failed.add(timeMs);
    this.disk.isDead = true;
    this.turns.open();
    let isOver = false;
    const end = () => {
      isOver = true;
    };
    this.t.crash().then(end, end);
    for (let step = 0; ; step++) {
      await settle();
      if (isOver) return;
      if (step > 10_000) throw new Error('a process does not come to its end');
      const next = this.t.clock.nextTimerMs();
      if (next !== undefined) this.setTime(next);
    }
  }
}
