import {
  DStreamsError,
  type InputRun,
  Rdd,
  receiverInput,
  type ReceiverSource,
  type StreamRef,
  Time,
} from '../core/internal.ts';
import { engineOf, type EngineSource } from './context-views.ts';
import { JavaInputDStream, JavaReceiverInputDStream } from './input-dstream.ts';
import { JavaRDD } from './rdd.ts';
import { rddOf } from './rdd-actions.ts';
import { type Receiver, receiverOf } from './receiver.ts';

/** @internal */
type Computed<T> = JavaRDD<T> | null | PromiseLike<JavaRDD<T> | null>;

/**
 * A source of one's own that needs no receiver: extend it, and give each batch's data set in `compute(time)`. It is asked
 * once a batch, in the driver, and may be async; null means that there is none. By being made it belongs to the context.
 */
export abstract class InputDStream<T> extends JavaInputDStream<T> {
  readonly #id: number;

  /** A source of the context, from now on. */
  constructor(ssc: EngineSource) {
    const engine = engineOf(ssc);
    const ref: StreamRef = engine.addInput(new.target.name || 'InputDStream', {
      kind: 'own',
      isReceiver: false,
      create: () => new OwnRun(this!),
    });
    super(ref);
    this.#id = engine.graph.nodes.filter(({ op }) => op.kind === 'input').length - 1;
  }

  /** Its number among the inputs, from 0. */
  id(): number {
    return this.#id;
  }

  /** Called once when the context starts. What it throws fails the start. */
  abstract start(): void | Promise<void>;
  /** Called once when the context stops. */
  abstract stop(): void | Promise<void>;
  /** The data set of the batch at `time`. */
  abstract override compute(time: Time): Computed<T>;
}

interface OwnInput {
  start(): void | Promise<void>;
  stop(): void | Promise<void>;
  compute(time: Time): unknown;
}

/** Gives each batch once: what is asked for again is what was given. */
class OwnRun implements InputRun {
  private readonly batches = new Map<number, Promise<Rdd | undefined>>();

  constructor(private readonly input: OwnInput) {}

  start(): void | Promise<void> {
    return this.input.start();
  }
  plan(): void {}

  rdd(timeMs: number): Promise<Rdd | undefined> {
    let batch = this.batches.get(timeMs);
    if (batch === undefined) {
      batch = this.made(timeMs);
      this.batches.set(timeMs, batch);
    }
    return batch;
  }

  private async made(timeMs: number): Promise<Rdd | undefined> {
    const given = await this.input.compute(new Time(timeMs));
    return given === null || given === undefined ? undefined : coreRdd(given, `${this.input.constructor.name}.compute`);
  }

  release(timeMs: number): void {
    for (const time of this.batches.keys()) if (time <= timeMs) this.batches.delete(time);
  }
  info() {
    return { numRecords: 0 };
  }
  hasUnplanned(): boolean {
    return false;
  }
  async stop(): Promise<void> {
    await this.input.stop();
  }
}

/** Of a data set of this surface, or what its `rdd()` gives, as Scala has it. Throws `OPTIONS_INVALID` for anything else. */
const coreRdd = (given: unknown, where: string): Rdd => (given instanceof Rdd ? given : rddOf(given, where));

/** The same data set in every batch. */
export class ConstantInputDStream<T> extends InputDStream<T> {
  readonly #rdd: JavaRDD<T>;

  /** Gives `rdd` to every batch. Throws `OPTIONS_INVALID` for what is no data set. */
  constructor(ssc: EngineSource, rdd: JavaRDD<T> | Rdd<T>) {
    if (rdd === null || rdd === undefined) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        'ConstantInputDStream: parameter rdd null is illegal, it would give no data set to any batch.',
      );
    }
    const core = coreRdd(rdd, 'ConstantInputDStream') as Rdd<T>;
    super(ssc);
    this.#rdd = new JavaRDD<T>(core);
  }

  /** Nothing has to be started. */
  override start(): void {}
  /** Nothing has to be stopped. */
  override stop(): void {}
  /** The data set, the same at every time. */
  override compute(_time: Time): JavaRDD<T> {
    return this.#rdd;
  }
}

/** A source of one's own with a receiver: extend it, and give the receiver in `getReceiver()`. */
export abstract class ReceiverInputDStream<T> extends JavaReceiverInputDStream<T> {
  /** A source of the context, from now on. */
  constructor(ssc: EngineSource) {
    super(
      engineOf(ssc).addInput(new.target.name || 'ReceiverInputDStream', {
        kind: 'receiver',
        isReceiver: true,
        create: (host) => receiverInput(receiverOf(this!.getReceiver())).create(host),
      }),
    );
  }

  /** Asked once, when the context starts. */
  abstract getReceiver(): Receiver<T> | ReceiverSource<T>;
}

/** The name of `ReceiverInputDStream` in 0.9. */
export abstract class NetworkInputDStream<T> extends ReceiverInputDStream<T> {}
