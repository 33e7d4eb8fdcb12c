import { checkOptions } from '../api-fluent/check-options.ts';
import { DStream, StreamingContext, type StreamOf } from '../api-fluent/index.ts';
import { JavaInputDStream, JavaStreamingContext } from '../api-java-style/index.ts';
import type { JavaDStream, JavaPairDStream, Tuple2 } from '../api-java-style/index.ts';
import { type ManualClock, STREAM, type StreamRef } from '../core/internal.ts';
import { EngineHarness, type HarnessOptions } from '../core/testing/harness.ts';
import type { KeptLog } from '../core/testing/kept-log.ts';
import { type Recording, record } from '../core/testing/recording.ts';
import type { ScriptedBatch } from '../core/testing/scripted-input.ts';

/** Of `createTestContext`. */
export interface TestContextOptions extends HarnessOptions {}

const OPTIONS = [
  'batchMs',
  'master',
  'checkpointDir',
  'conf',
  'remember',
  'onFailure',
  'files',
  'disk',
  'nowMs',
  'recovers',
] as const satisfies readonly (keyof TestContextOptions)[];

/** Of `t.input` and `t.javaInput`. */
export interface InputOptions {
  /** How many partitions each batch has. Default: the context's default parallelism. */
  readonly partitions?: number;
}

/**
 * A streaming context for tests, in virtual time: nothing sleeps, and equal programs give equal results.
 *
 * ```ts
 * const t = createTestContext({ batchMs: 1000 });
 * const lines = t.input([['a b'], [], ['a']], { partitions: 2 }); // one inner array per batch
 * const counts = t.record(lines.flatMap((l) => l.split(' ')).countByValue());
 * await t.run(3); // three batches
 * counts.batches; // [{ timeMs: 1000, values: [['a', 1], ['b', 1]] }, …]
 * await t.stop();
 * ```
 */
export class TestContext implements AsyncDisposable {
  /** The fluent surface's context. */
  readonly ssc: StreamingContext;
  /** The same one, in Java style. */
  readonly jssc: JavaStreamingContext;
  private readonly harness: EngineHarness;

  /** As `createTestContext(options)`. */
  constructor(options: TestContextOptions) {
    checkOptions(options, OPTIONS, 'createTestContext');
    this.harness = new EngineHarness(options);
    this.ssc = new StreamingContext(this.harness.engine as never);
    this.jssc = new JavaStreamingContext(this.harness.engine);
  }

  /** Stands at 0 until `run` moves it; the first batch is at `batchMs`. */
  get clock(): ManualClock {
    return this.harness.clock;
  }

  /** What was logged, in place of standard error. */
  get log(): KeptLog {
    return this.harness.log;
  }

  /** What `print` wrote, in place of standard output. */
  get stdout(): string {
    return this.harness.stdout;
  }

  /** Every batch that failed: time, where (`generate` or `batch`), error. */
  get failures(): EngineHarness['failures'] {
    return this.harness.failures;
  }

  /**
   * A stream of scripted batches: the i-th array is the batch at (i + 1)·batchMs, whether or not anybody asks for it;
   * `null` means no data set at that time. Records go to partitions in order, in about equal parts. After the last batch
   * come empty ones, without partitions.
   */
  input<T>(batches: readonly (readonly T[] | null)[], options: InputOptions = {}): StreamOf<T> {
    return DStream.fromDStream<T>({ [STREAM]: this.scripted(batches, options, 'input') });
  }

  /** The same as a JavaDStream. Pairs are `Tuple2`. */
  javaInput<T>(batches: readonly (readonly T[] | null)[], options: InputOptions = {}): JavaInputDStream<T> {
    return new JavaInputDStream<T>(this.scripted(batches, options, 'javaInput'));
  }

  private scripted(batches: readonly ScriptedBatch[], options: InputOptions, where: string): StreamRef {
    checkOptions(options, ['partitions'], where);
    const { partitions } = options;
    return this.harness.input(batches, partitions ?? this.harness.core.defaultParallelism);
  }

  /** Adds an output operation that keeps every batch of a stream of either surface. */
  record<K, V>(stream: JavaPairDStream<K, V>): Recording<Tuple2<K, V>>;
  record<T>(stream: JavaDStream<T>): Recording<T>;
  record<T>(stream: DStream<T>): Recording<T>;
  record(stream: { readonly [STREAM]: object }): Recording<unknown> {
    return record(stream[STREAM] as StreamRef);
  }

  /** Starts without running a batch. Throws at once what is wrong with the program. */
  start(): Promise<void> {
    return this.harness.start();
  }

  /** Runs the next `n` batches and waits for their ends. Rejects with the error of a batch that failed. */
  run(n: number): Promise<void> {
    return this.harness.run(n);
  }

  /** Ends as if the process had been killed: what is not on `disk` yet is lost. */
  crash(): Promise<void> {
    return this.harness.crash();
  }

  /** Stops. Graceful: after one more batch, in virtual time. */
  stop(options?: { readonly graceful?: boolean }): Promise<void> {
    return this.harness.stop(options);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

/**
 * A test's own streaming context. The master is `local` unless given; threads need a job module, see `runJobTest`
 * (MASTER_NEEDS_MODULE).
 */
export const createTestContext = (options: TestContextOptions): TestContext => new TestContext(options);
