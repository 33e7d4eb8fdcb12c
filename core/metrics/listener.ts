import type { BatchInfo, OutputOperationInfo, ReceiverInfo } from './batch-info.ts';

/** The context has started. */
export interface StreamingStartedEvent {
  readonly type: 'streamingStarted';
  /** Epoch ms. */
  readonly time: number;
}

/** A batch was made and waits for its turn. */
export interface BatchSubmittedEvent {
  readonly type: 'batchSubmitted';
  /** The batch, as it stood then. */
  readonly batchInfo: BatchInfo;
}

/** The first job of a batch began. */
export interface BatchStartedEvent {
  readonly type: 'batchStarted';
  /** The batch, as it stood then. */
  readonly batchInfo: BatchInfo;
}

/** All jobs of a batch are over, well or not. */
export interface BatchCompletedEvent {
  readonly type: 'batchCompleted';
  /** The batch, with its delays and its output operations. */
  readonly batchInfo: BatchInfo;
}

/** An output operation of a batch began. */
export interface OutputOperationStartedEvent {
  readonly type: 'outputOperationStarted';
  /** The output operation, as it stood then. */
  readonly outputOperationInfo: OutputOperationInfo;
}

/** An output operation of a batch is over, well or not. */
export interface OutputOperationCompletedEvent {
  readonly type: 'outputOperationCompleted';
  /** The output operation, with what it failed with. */
  readonly outputOperationInfo: OutputOperationInfo;
}

/** A receiver began to receive. */
export interface ReceiverStartedEvent {
  readonly type: 'receiverStarted';
  /** The receiver, as it stood then. */
  readonly receiverInfo: ReceiverInfo;
}

/** A receiver reported an error. */
export interface ReceiverErrorEvent {
  readonly type: 'receiverError';
  /** The receiver, with its last error. */
  readonly receiverInfo: ReceiverInfo;
}

/** A receiver has stopped, for good or to be started again. */
export interface ReceiverStoppedEvent {
  readonly type: 'receiverStopped';
  /** The receiver, with its last error. */
  readonly receiverInfo: ReceiverInfo;
}

/**
 * What happened. For one batch (semantics §12.2): submitted, started, then started and completed for each output in
 * order, completed; the submission of later batches may come in between. A batch without a job has no events.
 */
export type StreamingEvent =
  | StreamingStartedEvent
  | BatchSubmittedEvent
  | BatchStartedEvent
  | BatchCompletedEvent
  | OutputOperationStartedEvent
  | OutputOperationCompletedEvent
  | ReceiverStartedEvent
  | ReceiverErrorEvent
  | ReceiverStoppedEvent;

/**
 * Learns what happens, one event at a time and in order, after the fact. Implement what is needed. What a method
 * throws, or its promise rejects with, is logged; a promise is not waited for. `stop()` inside is refused with
 * `STOP_IN_LISTENER`, since it would wait for itself.
 */
export interface StreamingListener {
  /** Once, before the first batch. */
  onStreamingStarted?(event: StreamingStartedEvent): unknown;
  /** The jobs of a batch were handed over; it has no start time yet. */
  onBatchSubmitted?(event: BatchSubmittedEvent): unknown;
  /** The first job of a batch starts. */
  onBatchStarted?(event: BatchStartedEvent): unknown;
  /** The last job of a batch ended, well or badly: see `failureReason` of its outputs. */
  onBatchCompleted?(event: BatchCompletedEvent): unknown;
  /** An output operation of a batch starts. */
  onOutputOperationStarted?(event: OutputOperationStartedEvent): unknown;
  /** An output operation of a batch ended; `failureReason()` says why it failed, if it did. */
  onOutputOperationCompleted?(event: OutputOperationCompletedEvent): unknown;
  /** A receiver began to receive. */
  onReceiverStarted?(event: ReceiverStartedEvent): unknown;
  /** A receiver reported an error; it may go on. */
  onReceiverError?(event: ReceiverErrorEvent): unknown;
  /** Also while a receiver is being restarted. */
  onReceiverStopped?(event: ReceiverStoppedEvent): unknown;
}

/** Calls the method of `listener` that is for `event`, if it has one. */
export function deliver(listener: StreamingListener, event: StreamingEvent): unknown {
  switch (event.type) {
    case 'streamingStarted':
      return listener.onStreamingStarted?.(event);
    case 'batchSubmitted':
      return listener.onBatchSubmitted?.(event);
    case 'batchStarted':
      return listener.onBatchStarted?.(event);
    case 'batchCompleted':
      return listener.onBatchCompleted?.(event);
    case 'outputOperationStarted':
      return listener.onOutputOperationStarted?.(event);
    case 'outputOperationCompleted':
      return listener.onOutputOperationCompleted?.(event);
    case 'receiverStarted':
      return listener.onReceiverStarted?.(event);
    case 'receiverError':
      return listener.onReceiverError?.(event);
    case 'receiverStopped':
      return listener.onReceiverStopped?.(event);
  }
}
