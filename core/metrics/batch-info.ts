import { invariant } from '../assert.ts';
import type { Time } from '../time/time.ts';

/** What one input brought into one batch. */
export class StreamInputInfo {
  /** Key of `metadata` whose value is for people. */
  static readonly METADATA_KEY_DESCRIPTION = 'Description';
  readonly #inputStreamId: number;
  readonly #numRecords: number;
  readonly #metadata: ReadonlyMap<string, unknown>;

  constructor(inputStreamId: number, numRecords: number, metadata: ReadonlyMap<string, unknown> = new Map()) {
    invariant(numRecords >= 0, 'a batch has no negative number of records');
    this.#inputStreamId = inputStreamId;
    this.#numRecords = numRecords;
    this.#metadata = metadata;
  }

  inputStreamId(): number {
    return this.#inputStreamId;
  }

  /** 0 for queue and file streams, as in Spark. */
  numRecords(): number {
    return this.#numRecords;
  }

  metadata(): ReadonlyMap<string, unknown> {
    return this.#metadata;
  }

  /** The entry `Description`, if there is one: file names, offsets. */
  metadataDescription(): string | undefined {
    const text = this.#metadata.get(StreamInputInfo.METADATA_KEY_DESCRIPTION);
    return text === undefined ? undefined : String(text);
  }
}

export interface OutputOperationFields {
  readonly batchTime: Time;
  /** Order of registration, from 0. */
  readonly id: number;
  /** For example `print at word-count.ts:12`. */
  readonly name: string;
  readonly description: string;
  /** Epoch ms. */
  readonly startTime?: number | undefined;
  /** Epoch ms. */
  readonly endTime?: number | undefined;
  /** Message and stack; undefined unless it failed. */
  readonly failureReason?: string | undefined;
}

/** One output operation of one batch. Times are undefined as long as they have not come. */
export class OutputOperationInfo {
  readonly #fields: OutputOperationFields;

  constructor(fields: OutputOperationFields) {
    this.#fields = fields;
  }

  batchTime(): Time {
    return this.#fields.batchTime;
  }

  id(): number {
    return this.#fields.id;
  }

  name(): string {
    return this.#fields.name;
  }

  description(): string {
    return this.#fields.description;
  }

  /** Epoch ms. */
  startTime(): number | undefined {
    return this.#fields.startTime;
  }

  /** Epoch ms. */
  endTime(): number | undefined {
    return this.#fields.endTime;
  }

  failureReason(): string | undefined {
    return this.#fields.failureReason;
  }

  /** ms from start to end. */
  duration(): number | undefined {
    return difference(this.#fields.endTime, this.#fields.startTime);
  }
}

export interface BatchFields {
  readonly batchTime: Time;
  /** By id of the input stream. */
  readonly inputs?: ReadonlyMap<number, StreamInputInfo>;
  /** When the batch was handed to the scheduler, epoch ms. */
  readonly submissionTime: number;
  /** When its first job started, epoch ms. */
  readonly processingStartTime?: number | undefined;
  /** When its last job ended, epoch ms. */
  readonly processingEndTime?: number | undefined;
  /** By id. */
  readonly outputs?: ReadonlyMap<number, OutputOperationInfo>;
}

/** One batch, as it stands when the event is posted. Times are undefined as long as they have not come. */
export class BatchInfo {
  readonly #fields: BatchFields;

  constructor(fields: BatchFields) {
    this.#fields = fields;
  }

  batchTime(): Time {
    return this.#fields.batchTime;
  }

  /** Epoch ms. */
  submissionTime(): number {
    return this.#fields.submissionTime;
  }

  /** Epoch ms. */
  processingStartTime(): number | undefined {
    return this.#fields.processingStartTime;
  }

  /** Epoch ms. */
  processingEndTime(): number | undefined {
    return this.#fields.processingEndTime;
  }

  /** ms that the batch waited: start − submission. */
  schedulingDelay(): number | undefined {
    return difference(this.#fields.processingStartTime, this.#fields.submissionTime);
  }

  /** ms that its jobs took: end − start. */
  processingDelay(): number | undefined {
    return difference(this.#fields.processingEndTime, this.#fields.processingStartTime);
  }

  /** ms, the sum of the two: counted from submission, not from the batch time (semantics §12.3). */
  totalDelay(): number | undefined {
    return difference(this.#fields.processingEndTime, this.#fields.submissionTime);
  }

  streamIdToInputInfo(): ReadonlyMap<number, StreamInputInfo> {
    return this.#fields.inputs ?? new Map();
  }

  outputOperationInfos(): ReadonlyMap<number, OutputOperationInfo> {
    return this.#fields.outputs ?? new Map();
  }

  /** Sum over the inputs. */
  numRecords(): number {
    let sum = 0;
    for (const input of this.streamIdToInputInfo().values()) sum += input.numRecords();
    return sum;
  }
}

export interface ReceiverFields {
  readonly streamId: number;
  /** `<SimpleClassName>-<streamId>` */
  readonly name: string;
  readonly active: boolean;
  /** The host that it runs on. */
  readonly location: string;
  readonly executorId: string;
  readonly lastErrorMessage?: string;
  readonly lastError?: string;
  /** Epoch ms; −1 when there was none. */
  readonly lastErrorTime?: number;
}

/** One receiver, as it stands when the event is posted. */
export class ReceiverInfo {
  readonly #fields: ReceiverFields;

  constructor(fields: ReceiverFields) {
    this.#fields = fields;
  }

  streamId(): number {
    return this.#fields.streamId;
  }

  name(): string {
    return this.#fields.name;
  }

  active(): boolean {
    return this.#fields.active;
  }

  location(): string {
    return this.#fields.location;
  }

  executorId(): string {
    return this.#fields.executorId;
  }

  /** Empty when there was none. */
  lastErrorMessage(): string {
    return this.#fields.lastErrorMessage ?? '';
  }

  /** Stack of the last error; empty when there was none. */
  lastError(): string {
    return this.#fields.lastError ?? '';
  }

  /** Epoch ms; −1 when there was none, as in Spark. */
  lastErrorTime(): number {
    return this.#fields.lastErrorTime ?? -1;
  }
}

function difference(to: number | undefined, from: number | undefined): number | undefined {
  return to === undefined || from === undefined ? undefined : to - from;
}
