import { invariant } from '../assert.ts';
import type { Time } from '../time/time.ts';

/** What one input brought into one batch. */
export class StreamInputInfo {
  /** Key of `metadata` whose value is for people. */
  static readonly METADATA_KEY_DESCRIPTION = 'Description';
  readonly #inputStreamId: number;
  readonly #numRecords: number;
  readonly #metadata: ReadonlyMap<string, unknown>;

  /** @internal */
  constructor(inputStreamId: number, numRecords: number, metadata: ReadonlyMap<string, unknown> = new Map()) {
    invariant(numRecords >= 0, 'a batch has no negative number of records');
    this.#inputStreamId = inputStreamId;
    this.#numRecords = numRecords;
    this.#metadata = metadata;
  }

  /** The number of the input, from 0. */
  inputStreamId(): number {
    return this.#inputStreamId;
  }

  /** How many records it had. 0 for queue and file streams, as in Spark. */
  numRecords(): number {
    return this.#numRecords;
  }

  /** What the input says beside that, by name. */
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
  /** What was called: `print`, `foreachRDD` … */
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

  /** @internal */
  constructor(fields: OutputOperationFields) {
    this.#fields = fields;
  }

  /** The time of the batch that it is of. */
  batchTime(): Time {
    return this.#fields.batchTime;
  }

  /** Its number: the order of registration, from 0. */
  id(): number {
    return this.#fields.id;
  }

  /** What was called: `print`, `foreachRDD` … */
  name(): string {
    return this.#fields.name;
  }

  /** What was called, its uid, and where in the program: `print (uid print-0, at word-count.ts:12)`. */
  description(): string {
    return this.#fields.description;
  }

  /** When it began, in ms since the epoch. */
  startTime(): number | undefined {
    return this.#fields.startTime;
  }

  /** When it was over, in ms since the epoch. */
  endTime(): number | undefined {
    return this.#fields.endTime;
  }

  /** Message and stack of what it failed with; undefined unless it failed. */
  failureReason(): string | undefined {
    return this.#fields.failureReason;
  }

  /** How long it took, in ms. */
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

  /** @internal */
  constructor(fields: BatchFields) {
    this.#fields = fields;
  }

  /** The time of the batch: the end of its interval. */
  batchTime(): Time {
    return this.#fields.batchTime;
  }

  /** When the batch was made, in ms since the epoch. */
  submissionTime(): number {
    return this.#fields.submissionTime;
  }

  /** When its first job began, in ms since the epoch. */
  processingStartTime(): number | undefined {
    return this.#fields.processingStartTime;
  }

  /** When its last job was over, in ms since the epoch. */
  processingEndTime(): number | undefined {
    return this.#fields.processingEndTime;
  }

  /** How long the batch waited, in ms: from its submission to the start of its first job. */
  schedulingDelay(): number | undefined {
    return difference(this.#fields.processingStartTime, this.#fields.submissionTime);
  }

  /** How long its jobs took together, in ms: from the start of the first to the end of the last. */
  processingDelay(): number | undefined {
    return difference(this.#fields.processingEndTime, this.#fields.processingStartTime);
  }

  /** From its submission to the end of its last job, in ms: not from the batch time (semantics §12.3). */
  totalDelay(): number | undefined {
    return difference(this.#fields.processingEndTime, this.#fields.submissionTime);
  }

  /** What each input gave to the batch, by the input's number. */
  streamIdToInputInfo(): ReadonlyMap<number, StreamInputInfo> {
    return this.#fields.inputs ?? new Map();
  }

  /** The output operations of the batch, by their number. */
  outputOperationInfos(): ReadonlyMap<number, OutputOperationInfo> {
    return this.#fields.outputs ?? new Map();
  }

  /** How many records all inputs gave to the batch. */
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
  /** Epoch ms; −1 when there was no error. */
  readonly lastErrorTime?: number;
}

/** One receiver, as it stands when the event is posted. */
export class ReceiverInfo {
  readonly #fields: ReceiverFields;

  /** @internal */
  constructor(fields: ReceiverFields) {
    this.#fields = fields;
  }

  /** The number of its stream among the inputs, from 0. */
  streamId(): number {
    return this.#fields.streamId;
  }

  /** Its name, and the number of its stream: `Lines-0`. */
  name(): string {
    return this.#fields.name;
  }

  /** Whether it receives. */
  active(): boolean {
    return this.#fields.active;
  }

  /** The host that it runs on. */
  location(): string {
    return this.#fields.location;
  }

  /** Where it runs: the driver. */
  executorId(): string {
    return this.#fields.executorId;
  }

  /** What it reported last, or why it was stopped; empty when there was nothing. */
  lastErrorMessage(): string {
    return this.#fields.lastErrorMessage ?? '';
  }

  /** The stack of what it reported last; empty when there was none. */
  lastError(): string {
    return this.#fields.lastError ?? '';
  }

  /** When it reported an error, or was stopped for one, in ms since the epoch; −1 when there was none, as in Spark. */
  lastErrorTime(): number {
    return this.#fields.lastErrorTime ?? -1;
  }
}

function difference(to: number | undefined, from: number | undefined): number | undefined {
  return to === undefined || from === undefined ? undefined : to - from;
}
