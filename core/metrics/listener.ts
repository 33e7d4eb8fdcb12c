import type { BatchInfo, OutputOperationInfo, ReceiverInfo } from './batch-info.ts';

export interface StreamingStartedEvent {
  readonly type: 'streamingStarted';
  /** Epoch ms. */
  readonly time: number;
}

export interface BatchSubmittedEvent {
  readonly type: 'batchSubmitted';
  readonly batchInfo: BatchInfo;
}

export interface BatchStartedEvent {
  readonly type: 'batchStarted';
  readonly batchInfo: BatchInfo;
}

export interface BatchCompletedEvent {
  readonly type: 'batchCompleted';
  readonly batchInfo: BatchInfo;
}

export interface OutputOperationStartedEvent {
  readonly type: 'outputOperationStarted';
  readonly outputOperationInfo: OutputOperationInfo;
}

export interface OutputOperationCompletedEvent {
  readonly type: 'outputOperationCompleted';
  readonly outputOperationInfo: OutputOperationInfo;
}

export interface ReceiverStartedEvent {
  readonly type: 'receiverStarted';
  readonly receiverInfo: ReceiverInfo;
}

export interface ReceiverErrorEvent {
  readonly type: 'receiverError';
  readonly receiverInfo: ReceiverInfo;
}

export interface ReceiverStoppedEvent {
  readonly type: 'receiverStopped';
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
