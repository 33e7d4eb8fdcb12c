import {
  type BatchInfo as CoreBatchInfo,
  JMap,
  Optional,
  type OutputOperationInfo as CoreOutput,
  type ReceiverInfo,
  StatsReportListener,
  type StreamingListener as CoreListener,
  type StreamInputInfo,
  type Time,
  checkObject,
} from '../core/internal.ts';

/** One batch as it stands when the event is posted. Times that have not come are absent. */
export class BatchInfo {
  /** @internal */
  constructor(private readonly info: CoreBatchInfo) {}

  /** The time of the batch: the end of its interval. */
  batchTime(): Time {
    return this.info.batchTime();
  }

  /** When the batch was made, in ms since the epoch. */
  submissionTime(): number {
    return this.info.submissionTime();
  }

  /** When its first job began, in ms since the epoch. */
  processingStartTime(): Optional<number> {
    return Optional.fromNullable(this.info.processingStartTime());
  }

  /** When its last job was over, in ms since the epoch. */
  processingEndTime(): Optional<number> {
    return Optional.fromNullable(this.info.processingEndTime());
  }

  /** How long the batch waited, in ms: from its submission to the start of its first job. */
  schedulingDelay(): Optional<number> {
    return Optional.fromNullable(this.info.schedulingDelay());
  }

  /** How long its jobs took together, in ms: from the start of the first to the end of the last. */
  processingDelay(): Optional<number> {
    return Optional.fromNullable(this.info.processingDelay());
  }

  /** From its submission to the end of its last job, in ms: the sum of the two. */
  totalDelay(): Optional<number> {
    return Optional.fromNullable(this.info.totalDelay());
  }

  /** What each input gave to the batch, by the input's number. */
  streamIdToInputInfo(): JMap<number, StreamInputInfo> {
    return new JMap(this.info.streamIdToInputInfo());
  }

  /** The output operations of the batch, by their number. */
  outputOperationInfos(): JMap<number, OutputOperationInfo> {
    const outputs = new JMap<number, OutputOperationInfo>();
    for (const [id, output] of this.info.outputOperationInfos()) outputs.put(id, new OutputOperationInfo(output));
    return outputs;
  }

  /** How many records all inputs gave to the batch. */
  numRecords(): number {
    return this.info.numRecords();
  }
}

/** One output operation of one batch. */
export class OutputOperationInfo {
  /** @internal */
  constructor(private readonly info: CoreOutput) {}

  /** The time of the batch that it is of. */
  batchTime(): Time {
    return this.info.batchTime();
  }

  /** Order of registration, from 0. */
  id(): number {
    return this.info.id();
  }

  /** What was called: `print`, `foreachRDD` … */
  name(): string {
    return this.info.name();
  }

  /** What was called, its uid, and where in the program: `print (uid print-0, at word-count.ts:12)`. */
  description(): string {
    return this.info.description();
  }

  /** When it began, in ms since the epoch. */
  startTime(): Optional<number> {
    return Optional.fromNullable(this.info.startTime());
  }

  /** When it was over, in ms since the epoch. */
  endTime(): Optional<number> {
    return Optional.fromNullable(this.info.endTime());
  }

  /** Message and stack; absent unless it failed. */
  failureReason(): Optional<string> {
    return Optional.fromNullable(this.info.failureReason());
  }

  /** How long it took, in ms. */
  duration(): Optional<number> {
    return Optional.fromNullable(this.info.duration());
  }
}

/** What events of a batch hold. */
class BatchEvent {
  /** @internal */
  constructor(private readonly info: BatchInfo) {}

  /** The batch, as it stands at this moment. */
  batchInfo(): BatchInfo {
    return this.info;
  }
}
/** What events of an output operation hold. */
class OutputEvent {
  /** @internal */
  constructor(private readonly info: OutputOperationInfo) {}

  /** The output operation, as it stands at this moment. */
  outputOperationInfo(): OutputOperationInfo {
    return this.info;
  }
}
/** What events of a receiver hold. */
class ReceiverEvent {
  /** @internal */
  constructor(private readonly info: ReceiverInfo) {}

  /** The receiver, as it stands at this moment. */
  receiverInfo(): ReceiverInfo {
    return this.info;
  }
}

/** The context has started. */
export class StreamingListenerStreamingStarted {
  /** @internal */
  constructor(private readonly ms: number) {}

  /** When the context started, in ms since the epoch. */
  time(): number {
    return this.ms;
  }
}
/** A batch was made and waits. */
export class StreamingListenerBatchSubmitted extends BatchEvent {}
/** The first output of a batch began. */
export class StreamingListenerBatchStarted extends BatchEvent {}
/** All outputs of a batch are over. */
export class StreamingListenerBatchCompleted extends BatchEvent {}
/** An output of a batch began. */
export class StreamingListenerOutputOperationStarted extends OutputEvent {}
/** An output of a batch is over. */
export class StreamingListenerOutputOperationCompleted extends OutputEvent {}
/** A receiver began to receive. */
export class StreamingListenerReceiverStarted extends ReceiverEvent {}
/** A receiver reported an error. */
export class StreamingListenerReceiverError extends ReceiverEvent {}
/** A receiver has stopped. */
export class StreamingListenerReceiverStopped extends ReceiverEvent {}

/** Learns what happens, in order, after the fact. Override what is needed; what a method throws is logged. */
export class StreamingListener {
  /** The context has started. */
  onStreamingStarted(_started: StreamingListenerStreamingStarted): unknown {
    return undefined;
  }

  /** A batch was made and waits for its turn. */
  onBatchSubmitted(_submitted: StreamingListenerBatchSubmitted): unknown {
    return undefined;
  }

  /** The first job of a batch began. */
  onBatchStarted(_started: StreamingListenerBatchStarted): unknown {
    return undefined;
  }

  /** All jobs of a batch are over, well or not: the output operations say which failed. */
  onBatchCompleted(_completed: StreamingListenerBatchCompleted): unknown {
    return undefined;
  }

  /** An output operation of a batch began. */
  onOutputOperationStarted(_started: StreamingListenerOutputOperationStarted): unknown {
    return undefined;
  }

  /** An output operation of a batch is over; `failureReason()` is present where it failed. */
  onOutputOperationCompleted(_completed: StreamingListenerOutputOperationCompleted): unknown {
    return undefined;
  }

  /** A receiver began to receive. */
  onReceiverStarted(_started: StreamingListenerReceiverStarted): unknown {
    return undefined;
  }

  /** A receiver reported an error. */
  onReceiverError(_error: StreamingListenerReceiverError): unknown {
    return undefined;
  }

  /** A receiver has stopped. */
  onReceiverStopped(_stopped: StreamingListenerReceiverStopped): unknown {
    return undefined;
  }
}

/** A listener, an object with some of its methods, or the report listener. */
export type StreamingListenerLike = Partial<StreamingListener> | StatsReportListener;

/** One engine listener per listener, so that it can be removed again. */
const adapters = new WeakMap<object, CoreListener>();

/** The listener as the engine calls it: with events in Java's form. */
export function coreListenerOf(listener: StreamingListenerLike, operation: string): CoreListener {
  if (listener instanceof StatsReportListener) return listener;
  checkObject(listener, operation, 'a listener');
  let adapter = adapters.get(listener);
  if (adapter === undefined) {
    adapter = adapt(listener);
    adapters.set(listener, adapter);
  }
  return adapter;
}

function adapt(l: Partial<StreamingListener>): CoreListener {
  const batch = (info: CoreBatchInfo): BatchInfo => new BatchInfo(info);
  const output = (info: CoreOutput): OutputOperationInfo => new OutputOperationInfo(info);
  return {
    onStreamingStarted: (e) => l.onStreamingStarted?.(new StreamingListenerStreamingStarted(e.time)),
    onBatchSubmitted: (e) => l.onBatchSubmitted?.(new StreamingListenerBatchSubmitted(batch(e.batchInfo))),
    onBatchStarted: (e) => l.onBatchStarted?.(new StreamingListenerBatchStarted(batch(e.batchInfo))),
    onBatchCompleted: (e) => l.onBatchCompleted?.(new StreamingListenerBatchCompleted(batch(e.batchInfo))),
    onOutputOperationStarted: (e) =>
      l.onOutputOperationStarted?.(new StreamingListenerOutputOperationStarted(output(e.outputOperationInfo))),
    onOutputOperationCompleted: (e) =>
      l.onOutputOperationCompleted?.(new StreamingListenerOutputOperationCompleted(output(e.outputOperationInfo))),
    onReceiverStarted: (e) => l.onReceiverStarted?.(new StreamingListenerReceiverStarted(e.receiverInfo)),
    onReceiverError: (e) => l.onReceiverError?.(new StreamingListenerReceiverError(e.receiverInfo)),
    onReceiverStopped: (e) => l.onReceiverStopped?.(new StreamingListenerReceiverStopped(e.receiverInfo)),
  };
}
