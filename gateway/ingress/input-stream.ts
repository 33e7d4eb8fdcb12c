import {
  isDStreamsError,
  type PairDialect,
  type Receiver,
  type ReceiverSupervisor,
  type StorageLevel,
  StorageLevels,
  type StoredBytes,
} from '../../core/internal.ts';
import { JSON_CODEC, MSGPACK_CODEC, pubFrameIn } from '../protocol/codec.ts';
import type { PubErrCode } from '../protocol/codes.ts';
import type { OtherRecords } from '../protocol/other-numbers.ts';
import type { RecordColumns } from '../protocol/pub-frame.ts';
import { decodeEntries, encodeEntries, type LogEntry } from './entry.ts';
import type { Producers } from './producers.ts';
import { badOf, type DeadLetter, lettersOf, type RecordShape, recordsOf } from './records.ts';
import { checkOf, jsonSchemaOf, type StandardSchema } from './schema.ts';

/** Of `gateway.receiver`: what a record must be, and how it is kept. */
export interface ReceiverOptions<V = unknown> {
  /** What a value must be: zod, or anything that speaks Standard Schema. The stream has the type of its output. Default: anything. */
  readonly schema?: StandardSchema<V>;
  /** Records that fail the schema are published there, batch by batch. Default: none, they reject their frame. */
  readonly deadLetter?: string;
  /** Records are pairs `[k, v]`; `Tuple2` on the Java surface. Default false. */
  readonly pairs?: boolean;
  /** Records are `{ key, value, timestampMs, headers, producer, sequence }`. Default false. */
  readonly withMetadata?: boolean;
  /** Default MEMORY_AND_DISK: the records as they came. */
  readonly storageLevel?: StorageLevel;
}

/** One `pub` frame, taken apart. */
export interface Publication {
  readonly records: RecordColumns;
  readonly producer: string | undefined;
  readonly epoch: number;
  readonly seq: number | undefined;
  readonly isDurable: boolean;
  /** The frame as it came, for the log. */
  readonly frame: Uint8Array;
  /** About the memory that its records need; 0: no more than the frame. */
  readonly memoryBytes: number;
  readonly codec: 'json' | 'msgpack';
  /** Records that go to the dead-letter stream whatever the schema says of them; there is one. */
  readonly otherRecords: OtherRecords | undefined;
  /** Its records are where the next batch will find them. Also of those that were acknowledged before; not of those that never are. */
  kept(seq: number | undefined): void;
  /** Called once, where `publish` gives `undefined`. */
  settled(result: PubAccepted | PubRefusal): void;
}

export interface PubRefusal {
  readonly code: PubErrCode;
  readonly message: string;
  readonly expected?: number;
  readonly bad?: readonly { index: number; path: string; message: string }[];
}

export interface PubAccepted {
  /** The last sequence that is safe; undefined for a producer without an id. */
  readonly seq: number | undefined;
  readonly dup: boolean;
}

/** A frame on its way into the log. */
interface Appending extends LogEntry {
  /** Of the last record; 0: none. */
  readonly lastSeq: number;
  readonly publication: Publication;
  /** Its sender waits until it is safe. */
  readonly waits: boolean;
}

/** Frames of one turn: one record of the log, safe together or not at all. */
interface Group {
  readonly supervisor: ReceiverSupervisor;
  readonly entries: Appending[];
  /** Of each frame. */
  readonly values: (readonly unknown[])[];
  /** In the log. */
  frameBytes: number;
  /** In the queue. */
  sizeBytes: number;
}

export interface InputStreamParts {
  readonly producers: Producers;
  readonly depthMax: number;
  readonly onLetters: (stream: string, letters: readonly DeadLetter[]) => void;
  readonly onStorageFailed: (error: unknown) => void;
}

/** Records that are named in a refusal. */
export const BAD_MAX = 10;
/**
 * Memory that a byte of the queue may stand for: records that need more count as more. Texts and plain records need less.
 */
const MEMORY_PER_BYTE = 4;
/** A group that has so many bytes waits no longer for the end of the turn. */
const GROUP_BYTES_MAX = 1024 * 1024;
const NOTHING = new Uint8Array(0);
const NOT_STORED: PubRefusal = { code: 'STORAGE', message: 'the records could not be stored' };
/** The scan bounded it when it came; a smaller limit, or a stricter one, since then must not make the log unreadable. */
const RESTORE_BOUNDS = { depthMax: 100_000, itemsMax: Number.POSITIVE_INFINITY, takesAnyText: true };

/** About the memory of a letter beside its record, which may be of one byte; of an issue half of it. */
const LETTER_BYTES = 256;
const letterBytes = ({ issues }: DeadLetter): number =>
  issues.reduce((sum, { path, message }) => sum + LETTER_BYTES / 2 + path.length + message.length, LETTER_BYTES);

/** A stream into the job: the receiver that the program registers, and the door for what sessions publish. */
export class InputStream {
  readonly schema: Record<string, unknown> | undefined;
  readonly deadLetter: string | undefined;
  private supervisor: ReceiverSupervisor | undefined;
  private shape: RecordShape;
  /** What was appended last, in order: a resend waits for it. */
  private tail: Promise<void> = Promise.resolve();
  private open: Group | undefined;
  recordCount = 0;
  /** Of letters that wait for the next batch, as the queue counts. */
  private lettersBytes = 0;
  /** Records that the log has, and the schema of this program refuses, with no dead letters for them. */
  leftOut = 0;
  /** Whether the program uses it: its receiver has been started, whether or not it runs now. */
  isUsed = false;

  constructor(
    readonly name: string,
    private readonly options: ReceiverOptions,
    private readonly parts: InputStreamParts,
  ) {
    this.schema = jsonSchemaOf(options.schema);
    this.deadLetter = options.deadLetter;
    this.shape = {
      check: options.schema === undefined ? undefined : checkOf(options.schema, name),
      form: options.withMetadata ? 'metadata' : options.pairs ? 'pair' : 'value',
      dialect: 'array',
    };
  }

  /** What the program gives to `receiverStream`. */
  receiver(): Receiver<never> {
    return {
      name: `Gateway(${this.name})`,
      storageLevel: this.options.storageLevel ?? StorageLevels.MEMORY_AND_DISK,
      onStart: (supervisor) => {
        this.supervisor = supervisor;
        this.isUsed = true;
      },
      onStop: () => {
        this.supervisor = undefined;
        // What has been taken still counts where the stop is a graceful one.
        return this.tail;
      },
      onRestore: (entry) => this.restore(entry),
      withDialect: (dialect: PairDialect) => {
        this.shape = { ...this.shape, dialect };
        return this.receiverAsIs();
      },
    };
  }

  private receiverAsIs(): Receiver<never> {
    const { withDialect: _, ...receiver } = this.receiver();
    return receiver;
  }

  /** Whether the program uses it, and it runs. */
  get isOpen(): boolean {
    return this.supervisor !== undefined;
  }

  get isDurable(): boolean {
    return this.supervisor?.isDurable ?? false;
  }

  /** Free bytes of the queue, in which letters have their room as well, though the engine does not see them. */
  roomBytes(): number {
    return (this.supervisor?.roomBytes() ?? 0) - this.lettersBytes;
  }

  /** The letters so far are in a batch. */
  lettersLeft(): void {
    this.lettersBytes = 0;
  }

  /** Stores a frame's records, all or none. undefined: `settled` will tell, once they are as safe as was asked for. */
  publish(publication: Publication): PubRefusal | PubAccepted | undefined {
    const { supervisor, name } = this;
    const { records, producer, epoch, seq = 0, isDurable, frame, memoryBytes, codec, otherRecords } = publication;
    const { producers } = this.parts;
    if (supervisor === undefined) return this.stopping();
    if (isDurable && !supervisor.isDurable) {
      return {
        code: 'NOT_DURABLE',
        message: 'this engine runs without a log: publish with ack "memory", or give it a checkpoint directory',
      };
    }
    let skip = 0;
    const hasSequence = producer !== undefined && seq > 0;
    const last = seq + records.length - 1;
    if (hasSequence) {
      const taken = producers.takenOf(producer, name);
      if (seq > taken + 1) {
        return {
          code: 'OUT_OF_ORDER',
          message: `the sequence ${seq} is ahead: ${taken + 1} is next`,
          expected: taken + 1,
        };
      }
      if (last <= taken) return this.duplicate(producer, publication);
      // A frame that was cut differently when it came first: its front is here already.
      skip = taken + 1 - seq;
    }
    const origin = { producer, seq };
    const others = badOf(frame, codec, otherRecords);
    const { values, bad } = recordsOf(records, this.shape, origin, skip, others);
    if (bad.length > 0 && this.deadLetter === undefined) {
      return {
        code: 'SCHEMA',
        message: `${bad.length} of ${records.length} records are refused by the stream ${name}; nothing was stored`,
        bad: bad
          .slice(0, BAD_MAX)
          .flatMap(({ index, issues }) => issues.map((issue) => ({ index, ...issue })))
          .slice(0, BAD_MAX),
      };
    }
    // Sequences are acknowledged up to one: not before a frame ahead of it is as safe as was asked for.
    const waits = isDurable || (hasSequence && producers.isAwaited(producer, name));
    if (hasSequence) producers.take(producer, name, last, waits);
    const lastSeq = hasSequence ? last : 0;
    this.append(supervisor, values, Math.max(frame.length, Math.ceil(memoryBytes / MEMORY_PER_BYTE)), {
      codec,
      producer,
      epoch,
      seq,
      skip,
      frame,
      lastSeq,
      publication,
      waits,
    });
    this.recordCount += values.length;
    if (bad.length > 0) {
      const letters = lettersOf(name, records, bad, origin);
      const neededBytes = memoryBytes + letters.reduce((sum, letter) => sum + letterBytes(letter), 0);
      this.lettersBytes += Math.max(frame.length, Math.ceil(neededBytes / MEMORY_PER_BYTE));
      this.parts.onLetters(this.deadLetter!, letters);
    }
    return waits ? undefined : { seq: hasSequence ? last : undefined, dup: false };
  }

  /** Into the group of this turn: frames that come together share a record of the log, and its cost. */
  private append(
    supervisor: ReceiverSupervisor,
    values: readonly unknown[],
    sizeBytes: number,
    entry: Appending,
  ): void {
    let group = this.open;
    if (group === undefined || group.frameBytes + entry.frame.length > GROUP_BYTES_MAX) {
      const begun: Group = { supervisor, entries: [], values: [], frameBytes: 0, sizeBytes: 0 };
      group = this.open = begun;
      this.tail = Promise.resolve().then(() => this.store(begun));
    }
    group.entries.push(entry);
    group.frameBytes += entry.frame.length;
    group.sizeBytes += sizeBytes;
    group.values.push(values);
  }

  /** Never rejects: those who wait are told. */
  private async store(group: Group): Promise<void> {
    if (this.open === group) this.open = undefined;
    const { supervisor, entries, values, sizeBytes } = group;
    const { producers } = this.parts;
    try {
      const bytes = supervisor.isDurable ? encodeEntries(entries) : NOTHING;
      await supervisor.storeBytes(bytes, { records: values, sizeBytes });
    } catch (error) {
      for (const { producer, lastSeq } of entries) {
        if (producer !== undefined && lastSeq > 0) producers.giveUp(producer, this.name);
      }
      // The disk is not to blame for a stop that came first, and readers have nothing to do with it.
      const isStop = isDStreamsError(error, 'RECEIVER_STOPPED');
      if (!isStop) this.parts.onStorageFailed(error);
      const refusal = isStop ? this.stopping() : NOT_STORED;
      for (const { publication, waits } of entries) if (waits) publication.settled(refusal);
      return;
    }
    for (const { producer, lastSeq, publication, waits } of entries) {
      if (producer !== undefined && lastSeq > 0) producers.makeSafe(producer, this.name, lastSeq);
      const seq = lastSeq > 0 ? lastSeq : undefined;
      publication.kept(seq);
      if (waits) publication.settled({ seq, dup: false });
    }
  }

  /** Said to be safe only when the first of its kind is. */
  private duplicate(producer: string, publication: Publication): PubAccepted | undefined {
    const { producers } = this.parts;
    const { name } = this;
    const seq = producers.takenOf(producer, name);
    const waits = publication.isDurable || producers.isAwaited(producer, name);
    if (!waits || producers.safeOf(producer, name) >= seq) return { seq, dup: true };
    void this.tail.then(() => {
      const safe = producers.safeOf(producer, name);
      const refusal = this.isOpen ? NOT_STORED : this.stopping();
      publication.settled(safe >= seq ? { seq: safe, dup: true } : refusal);
    });
    return undefined;
  }

  private stopping(): PubRefusal {
    return { code: 'STOPPING', message: `the stream ${this.name} does not receive now` };
  }

  /** From the log: the records again, and the table of sequences with them. */
  private restore({ bytes }: StoredBytes): readonly unknown[] {
    return decodeEntries(bytes).flatMap((entry) => this.restoreFrame(entry));
  }

  private restoreFrame(entry: LogEntry): readonly unknown[] {
    const codec = entry.codec === 'json' ? JSON_CODEC : MSGPACK_CODEC;
    const { records, otherRecords } = pubFrameIn(codec, entry.frame, RESTORE_BOUNDS);
    if (records === undefined) return [];
    const { producer, seq, skip } = entry;
    // A stream without dead letters has none of them in its log, but for those that were taken before they were told apart.
    const others = this.deadLetter === undefined ? undefined : badOf(entry.frame, entry.codec, otherRecords);
    const { values, bad } = recordsOf(records, this.shape, entry, skip, others);
    if (producer !== undefined) {
      this.parts.producers.restoreEpoch(producer, entry.epoch);
      if (seq > 0) this.parts.producers.makeSafe(producer, this.name, seq + records.length - 1);
    }
    if (this.deadLetter === undefined) this.leftOut += bad.length;
    else if (bad.length > 0) this.parts.onLetters(this.deadLetter, lettersOf(this.name, records, bad, entry));
    return values;
  }
}
