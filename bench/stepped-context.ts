import { DStream, type PairDStream, StreamingContext, type StreamOf } from '../api-fluent/index.ts';
import {
  MemoryDisk,
  queueInput,
  rddOps,
  setLogLevel,
  SparkConf,
  SparkCore,
  STREAM,
  StreamEngine,
} from '../core/internal.ts';
import { blockInput } from './block-input.ts';
import { SteppedClock } from './clocks.ts';
import type { TextBlock } from './text-blocks.ts';

export const BATCH_MS = 1000;

/** A fluent context whose batches run one by one, when asked for. */
export class SteppedContext {
  readonly ssc: StreamingContext;
  private readonly engine: StreamEngine;
  private readonly clock = new SteppedClock();

  constructor(master: string) {
    setLogLevel('WARN');
    const conf = new SparkConf().setMaster(master).setAppName('bench');
    this.engine = new StreamEngine(
      new SparkCore(conf, { clock: this.clock, checkpointDisk: new MemoryDisk(this.clock) }),
      BATCH_MS,
    );
    this.ssc = new StreamingContext(this.engine);
  }

  lines(blocks: readonly TextBlock[]): StreamOf<string> {
    return DStream.fromDStream<string>({ [STREAM]: this.engine.addInput('blocks', blockInput(blocks)) });
  }

  /** One partition of pairs a batch, asked for anew each time. */
  pairs(next: () => [string, number][]): PairDStream<string, number> {
    const shift = () => rddOps.sourceRdd(this.engine.sc, [[{ kind: 'values', values: next() }]]);
    const input = queueInput({ shift }, { oneAtATime: true, defaultRdd: undefined });
    return DStream.fromDStream<[string, number]>({ [STREAM]: this.engine.addInput('pairs', input) });
  }

  async start(): Promise<void> {
    // State asks for it. What writing it costs has rows of its own.
    this.engine.checkpoint('/checkpoint');
    await this.engine.start();
    // A batch that fails ends the measurement, by the next one.
    this.engine.onBatchFailed = ({ error }) => {
      throw error;
    };
  }

  /** Runs one batch; resolves with how long it took from its beginning to its end, ms. */
  async batch(): Promise<number> {
    const startedMs = performance.now();
    this.clock.advance(BATCH_MS);
    await this.engine.batchesEnded();
    return performance.now() - startedMs;
  }

  stop(): Promise<void> {
    return this.engine.stop();
  }
}
