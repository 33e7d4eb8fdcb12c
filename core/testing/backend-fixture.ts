import type { Backend } from '../backend/backend.ts';
import { BackendJobRunner } from '../backend/job-runner.ts';
import {
  type Action,
  builtIn,
  type JobRunner,
  parallelize,
  type Rdd,
  type RddContext,
  type Step,
  step,
} from '../rdd/index.ts';
import { planJob } from '../stage/plan-job.ts';
import type { Availability } from '../stage/physical.ts';

let calls = 0;

/**
 * The functions of the suite, known by name wherever this module is loaded: an executor in another thread has to load
 * `dstreams/testing` to run the suite's jobs.
 */
export const SUITE = {
  double: builtIn('suite.double', (x: number) => 2 * x),
  isOdd: builtIn('suite.isOdd', (x: number) => x % 2 === 1),
  twice: builtIn('suite.twice', (x: unknown) => [x, x]),
  pairByMod3: builtIn('suite.pairByMod3', (x: number) => [x % 3, x]),
  add: builtIn('suite.add', (a: number, b: number) => a + b),
  listOf: builtIn('suite.listOf', (x: unknown) => [x]),
  append: builtIn('suite.append', (list: unknown[], x: unknown) => [...list, x]),
  concat: builtIn('suite.concat', (a: unknown[], b: unknown[]) => a.concat(b)),
  reversed: builtIn('suite.reversed', (xs: readonly unknown[], partition: number) => [partition, ...xs].reverse()),
  sizes: builtIn('suite.sizes', (xs: readonly unknown[], ys: readonly unknown[]) => [xs.length, ys.length]),
  later: builtIn('suite.later', async (x: number) => 2 * x),
  sizeLater: builtIn('suite.sizeLater', async (xs: readonly unknown[], partition: number) => [partition, xs.length]),
  target: builtIn('suite.target', (key: number) => (key === 0 ? 1 : 0)),
  /** Different in every call: what was computed once and kept stays the same. */
  stamp: builtIn('suite.stamp', (x: unknown) => [x, ++calls]),
  fail: builtIn('suite.fail', (x: unknown) => {
    throw new RangeError(`no luck with ${String(x)}`);
  }),
  five: builtIn('suite.five', () => 5),
};

export const narrowStep = (op: Step['op'], ...fns: Step['fns']): Step => step(op, fns, 'array', op);

/** Data sets whose actions run on one backend. */
export class SuiteContext implements RddContext {
  readonly defaultParallelism = 2;
  readonly runner: JobRunner;
  private ids = 0;
  private stageIds = 0;

  constructor(readonly backend: Backend) {
    this.runner = new BackendJobRunner(
      () => backend,
      backend,
      () => {},
      () => 0,
      4,
    );
  }

  numbers(n: number, partitions: number): Rdd {
    return parallelize(
      this,
      Array.from({ length: n }, (_, i) => i),
      partitions,
    );
  }

  /** Runs one planned job, without planning anew; results by partition. */
  async once(
    rdd: Rdd,
    action: Action,
    available: Availability = this.backend.available,
  ): Promise<Map<number, unknown>> {
    const all = Array.from({ length: rdd.partitionCount }, (_, i) => i);
    const results = new Map<number, unknown>();
    await this.backend.runJob(
      planJob(rdd, action, all, available, () => this.stageIds++),
      (partition, value) => {
        if (results.has(partition)) throw new Error(`two results for partition ${partition}`);
        results.set(partition, value);
      },
    );
    return results;
  }

  currentScope(): undefined {}
  nextRddId(): number {
    return this.ids++;
  }
  nextShuffleId(): number {
    return this.ids++;
  }
  shuffled(): void {}
  persisted(): void {}

  unpersist(rddIds: readonly number[]): void {
    this.backend.release({ rddIds });
  }
}
