import { DStream, type PairDStream, StreamingContext, type StreamOf } from '../api-fluent/index.ts';
import {
  MemoryDisk,
  queueInput,
  type Receiver,
  rddOps,
  receiverInput,
  setLogLevel,
  SparkConf,
  SparkCore,
  STREAM,
  StreamEngine,
} from '../core/internal.ts';
import { blockInput } from './block-input.ts';
import type { Disk } from '../core/storage/disk.ts';
import { SteppedClock } from './clocks.ts';
import type { TextBlock } from './text-blocks.ts';

export const BATCH_MS = 1000;

/** A checkpoint directory on a disk of the machine. */
export interface KeptIn {
  readonly dir: string;
  readonly disk: Disk;
  /** Go on from what is there. */
  readonly recovers?: boolean;
  /** What the clock shows at first, ms. */
  readonly nowMs?: number;
  readonly conf?: Readonly<Record<string, string>>;
}

/** A fluent context whose batches run one by one, when asked for. */
export class SteppedContext {
  readonly ssc: StreamingContext;
  private readonly engine: StreamEngine;
  private readonly clock: SteppedClock;

  constructor(
    master: string,
    private readonly kept?: KeptIn,
  ) {
    setLogLevel('WARN');
    this.clock = new SteppedClock({ nowMs: kept?.nowMs ?? 0 });
    const conf = new SparkConf().setMaster(master).setAppName('bench');
    conf.setAll(kept?.conf ?? {});
    const checkpointDisk = kept?.disk ?? new MemoryDisk(this.clock);
    this.engine = new StreamEngine(new SparkCore(conf, { clock: this.clock, checkpointDisk }), BATCH_MS);
    this.ssc = new StreamingContext(this.engine as never);
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

  receive<T>(receiver: Receiver<T>): StreamOf<T> {
    return DStream.fromDStream<T>({ [STREAM]: this.engine.addInput(receiver.name, receiverInput(receiver)) });
  }

  async start(): Promise<void> {
    if (this.kept?.recovers) this.engine.recoverFrom(this.kept.dir, { createOnError: false, isRequired: true });
    // State asks for one. What writing it costs has rows of its own.
    else this.engine.checkpoint(this.kept?.dir ?? '/checkpoint');
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

  /** Resolves when the checkpoints are written as well. */
  idle(): Promise<void> {
    return this.engine.idle();
  }

  stop(): Promise<void> {
    return this.engine.stop();
  }
}
