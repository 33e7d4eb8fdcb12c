import type { InputHost, InputRun, InputSpec } from '../plan/index.ts';
import { alias, type Rdd, sourceRdd, union } from '../rdd/index.ts';

/** Where a queue stream takes its data sets from: the program may add to it while the stream runs. */
export interface RddQueue {
  shift(): Rdd | undefined;
}

export interface QueueInputOptions {
  /** One data set a batch (default), or all there are. */
  readonly oneAtATime: boolean;
  /** What an empty queue gives: a data set; null: one without partitions; undefined: an empty one of one partition. */
  readonly defaultRdd: Rdd | null | undefined;
}

/**
 * A queue of data sets as a stream (semantics §7.1). Computed on demand: a batch that nobody asks for takes nothing
 * from the queue, as Spark's recorded behaviour shows.
 */
export function queueInput(queue: RddQueue, options: QueueInputOptions): InputSpec {
  const unrecoverable =
    "queueStream doesn't support checkpointing: what was in the queue is gone. Please don't use queueStream when checkpointing is enabled.";
  return { kind: 'queue', isReceiver: false, unrecoverable, create: (host) => new QueueRun(queue, options, host) };
}

class QueueRun implements InputRun {
  constructor(
    private readonly queue: RddQueue,
    private readonly options: QueueInputOptions,
    private readonly host: InputHost,
  ) {}

  start(): void {}
  plan(): void {}
  release(): void {}
  info() {
    return { numRecords: 0 };
  }
  hasUnplanned(): boolean {
    return false;
  }
  async stop(): Promise<void> {}

  rdd(timeMs: number): Rdd {
    const taken: Rdd[] = [];
    for (let next = this.queue.shift(); next !== undefined; next = this.queue.shift()) {
      taken.push(next);
      if (this.options.oneAtATime) break;
    }
    const { defaultRdd } = this.options;
    if (taken.length === 0 && defaultRdd) taken.push(defaultRdd);
    if (taken.length === 0) return sourceRdd(this.host.rdds, defaultRdd === null ? [] : [[]], timeMs);
    // A view of its own: the batch's time is not the queued data set's, which may come again, persisted or not.
    return alias(union(taken), timeMs);
  }
}
