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
  constructor(private readonly info: CoreBatchInfo) {}

  batchTime(): Time {
    return this.info.batchTime();
  }

  /** Epoch ms. */
  submissionTime(): number {
    return this.info.submissionTime();
  }

  /** Epoch ms. */
  processingStartTime(): Optional<number> {
    return Optional.fromNullable(this.info.processingStartTime());
  }

  /** Epoch ms. */
  processingEndTime(): Optional<number> {
    return Optional.fromNullable(this.info.processingEndTime());
  }

  /** ms: start − submission. */
  schedulingDelay(): Optional<number> {
    return Optional.fromNullable(this.info.schedulingDelay());
  }

  /** ms: end − start. */
  processingDelay(): Optional<number> {
    return Optional.fromNullable(this.info.processingDelay());
  }

  /** ms: the sum of the two. */
  totalDelay(): Optional<number> {
    return Optional.fromNullable(this.info.totalDelay());
  }

  streamIdToInputInfo(): JMap<number, StreamInputInfo> {
    return new JMap(this.info.streamIdToInputInfo());
  }

  outputOperationInfos(): JMap<number, OutputOperationInfo> {
    const outputs = new JMap<number, OutputOperationInfo>();
    for (const [id, output] of this.info.outputOperationInfos()) outputs.put(id, new OutputOperationInfo(output));
    return outputs;
  }

  numRecords(): number {
    return this.info.numRecords();
  }
}

/** One output operation of one batch. */
export class OutputOperationInfo {
  constructor(private readonly info: CoreOutput) {}

  batchTime(): Time {
    return this.info.batchTime();
  }

  /** Order of registration, from 0. */
  id(): number {
    return this.info.id();
  }

  name(): string {
    return this.info.name();
  }

  description(): string {
    return this.info.description();
  }

  /** Epoch ms. */
  startTime(): Optional<number> {
    return Optional.fromNullable(this.info.startTime());
  }

  /** Epoch ms. */
  endTime(): Optional<number> {
    return Optional.fromNullable(this.info.endTime());
  }

  /** Message and stack; absent unless it failed. */
  failureReason(): Optional<string> {
    return Optional.fromNullable(this.info.failureReason());
  }

  /** ms. */
  duration(): Optional<number> {
    return Optional.fromNullable(this.info.duration());
  }
}

class BatchEvent {
  constructor(private readonly info: BatchInfo) {}

  batchInfo(): BatchInfo {
    return this.info;
  }
}
class OutputEvent {
  constructor(private readonly info: OutputOperationInfo) {}

  outputOperationInfo(): OutputOperationInfo {
    return this.info;
  }
}
class ReceiverEvent {
  constructor(private readonly info: ReceiverInfo) {}

  receiverInfo(): ReceiverInfo {
    return this.info;
  }
}

/** The context has started. */
export class StreamingListenerStreamingStarted {
  constructor(private readonly ms: number) {}

  /** Epoch ms. */
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
  onStreamingStarted(_started: StreamingListenerStreamingStarted): unknown {
    return undefined;
  }

  onBatchSubmitted(_submitted: StreamingListenerBatchSubmitted): unknown {
    return undefined;
  }

  onBatchStarted(_started: StreamingListenerBatchStarted): unknown {
    return undefined;
  }

  onBatchCompleted(_completed: StreamingListenerBatchCompleted): unknown {
    return undefined;
  }

  onOutputOperationStarted(_started: StreamingListenerOutputOperationStarted): unknown {
    return undefined;
  }

  onOutputOperationCompleted(_completed: StreamingListenerOutputOperationCompleted): unknown {
    return undefined;
  }

  onReceiverStarted(_started: StreamingListenerReceiverStarted): unknown {
    return undefined;
  }

  onReceiverError(_error: StreamingListenerReceiverError): unknown {
    return undefined;
  }

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
