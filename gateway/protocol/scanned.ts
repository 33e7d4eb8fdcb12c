import { CLOSE, Refusal } from './codes.ts';

export interface FrameBounds {
  readonly depthMax: number;
  readonly itemsMax: number;
  /** Of one record. Default: no bound. */
  readonly recordBytesMax?: number;
  /** Of a frame: beyond that they are counted, and not told apart. Default: no bound. */
  readonly recordsMax?: number;
  /** Text of msgpack that is no UTF-8 is read with U+FFFD in it, as was done once. Default: it is refused. */
  readonly takesAnyText?: boolean;
}

/** What a scan found. */
export interface Scanned {
  /** Something needs a second look once it is parsed: a `$` form, a key that might be forbidden, an escape that might hide one. */
  readonly isSpecial: boolean;
  /** A name of the message itself is not written as it is, and may be any. */
  readonly hasEscapedName: boolean;
  /** About the memory of what the frame stands for: an empty object is two or three bytes in it, and 64 in memory. */
  readonly memoryBytes: number;
  /** undefined: the message has no list `records`. */
  readonly records: RecordSpans | undefined;
  /** Numbers that would come out of the parser as others: the first of each record, and of what is in none. */
  readonly otherNumbers: readonly OtherNumber[];
}

/** Where the records of a frame are in its bytes. */
export interface RecordSpans {
  /** Of the list. */
  readonly from: number;
  readonly end: number;
  readonly length: number;
  /** Where each begins, and where one more would. None beyond `recordsMax`. */
  readonly starts: readonly number[];
  /** Between two records. */
  readonly separatorBytes: number;
  /** The index of the first that is too large; undefined: none is. */
  readonly large: number | undefined;
}

/** A number that JavaScript has not, or a form of a whole one that is too long, by the place of its text in the frame. */
export interface OtherNumber {
  /** Of its record; −1 where it is in none. */
  readonly index: number;
  readonly from: number;
  readonly end: number;
}

/** In no record, or no list of them. */
export const NOWHERE = -1;

/** Of a scan, as it goes over the records. */
export class RecordMarks {
  /** So deep is what stands in the list, while the scan is in it. */
  depth = NOWHERE;
  found: RecordSpans | undefined;
  /** Where the record begins that is gone over. */
  last = 0;
  otherNumbers: OtherNumber[] = [];
  private readonly recordBytesMax: number;
  private readonly recordsMax: number;
  private from = 0;
  private length = 0;
  private starts: number[] = [];
  private large: number | undefined;

  /** `separatorBytes`: between two records. */
  constructor(
    { recordBytesMax = Number.POSITIVE_INFINITY, recordsMax = Number.POSITIVE_INFINITY }: FrameBounds,
    private readonly separatorBytes: number,
  ) {
    this.recordBytesMax = recordBytesMax;
    this.recordsMax = recordsMax;
  }

  /** Of lists of the same name the last one counts. */
  begin(from: number, start: number, depth: number): void {
    this.depth = depth;
    this.from = from;
    this.last = start;
    this.length = 0;
    this.starts = [start];
    this.large = undefined;
    this.found = undefined;
    if (this.otherNumbers.length > 0) {
      this.otherNumbers = this.otherNumbers.map((number) => ({ ...number, index: NOWHERE }));
    }
  }

  /** A record ends. */
  next(end: number): void {
    if (end - this.last > this.recordBytesMax) this.large ??= this.length;
    this.length++;
    this.last = end + this.separatorBytes;
    if (this.length <= this.recordsMax) this.starts.push(this.last);
  }

  /** The list ends. `isOpen`: within a record, which ends with it. */
  end(at: number, end: number, isOpen: boolean): void {
    if (isOpen || this.length > 0) this.next(at);
    this.depth = NOWHERE;
    const { from, length, starts, large, separatorBytes } = this;
    this.found = { from, end, length, starts, large, separatorBytes };
  }

  /** Whether none of them was found in this record so far. */
  get asksForOther(): boolean {
    return this.otherNumbers.length === 0 || this.otherNumbers.at(-1)!.index !== this.index;
  }

  /** One was found, and was asked for. */
  other(from: number, end: number): void {
    this.otherNumbers.push({ index: this.index, from, end });
  }

  private get index(): number {
    return this.depth === NOWHERE ? NOWHERE : this.length;
  }
}

/** Of a list or an object, with its place in another one. */
const CONTAINER_BYTES = 64;
const MEMBER_BYTES = 8;
/** Of bytes: a view, its buffer, and what keeps that. */
const BYTES_BYTES = 240;

/** `bytes`: of the frame, among them those of texts. `byteStrings`: values that are bytes. */
export const memoryOf = (bytes: number, items: number, containers: number, byteStrings: number): number =>
  bytes + MEMBER_BYTES * items + CONTAINER_BYTES * containers + BYTES_BYTES * byteStrings;

export const tooDeep = (depthMax: number): Refusal =>
  new Refusal('SHAPE', `a frame is nested at most ${depthMax} deep`, CLOSE.limit);
export const tooMany = (itemsMax: number): Refusal =>
  new Refusal('SHAPE', `a frame has at most ${itemsMax} values`, CLOSE.limit);
