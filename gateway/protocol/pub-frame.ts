import type { OtherRecords } from './other-numbers.ts';
import { NOWHERE, type OtherNumber, type Scanned } from './scanned.ts';

/** Records of a frame in columns, so that none of them costs an object: record i is `{ v: values[i], k: keys[i] … }`. */
export interface RecordColumns {
  readonly length: number;
  /** Each is a record with a value. */
  readonly isWhole: boolean;
  /** undefined: this is no record, or has no value. */
  readonly values: readonly unknown[];
  /** undefined: none has one. */
  readonly keys: readonly unknown[] | undefined;
  /** The records as they came, where they have more than value and key, or something is wrong with one. */
  readonly wire: readonly unknown[] | undefined;
}

/** A `pub` message; but for `records` nothing is checked. */
export interface PubFrame {
  readonly id?: unknown;
  readonly stream?: unknown;
  readonly pe?: unknown;
  readonly seq?: unknown;
  /** undefined: they are no list. */
  readonly records: RecordColumns | undefined;
  readonly ack?: unknown;
  /** About the memory that the records need; 0: no more than the frame. */
  readonly memoryBytes?: number;
  /** The index of the first record that is too large; undefined: none is. */
  readonly large?: number | undefined;
  /** A number that was read as another one, and stands in no record; undefined: none was. */
  readonly otherNumber?: OtherNumber | undefined;
  /** undefined: there are none. */
  readonly otherRecords?: OtherRecords | undefined;
}

/** `columns`: of a frame whose records are read by themselves. */
export function pubFrameOf(message: object, scanned: Scanned, columns?: RecordColumns): PubFrame {
  const { id, stream, pe, seq, records, ack } = message as Record<string, unknown>;
  const read = Array.isArray(records) ? (columns ?? columnsOf(records)) : undefined;
  const { memoryBytes, records: spans, otherNumbers: numbers, hasEscapedName } = scanned;
  const pub = { id, stream, pe, seq, ack, memoryBytes, large: spans?.large, records: read };
  if (numbers.length === 0) return pub;
  // With such a name these may be the records of another list.
  const otherNumber = numbers.find(({ index }) => index === NOWHERE || hasEscapedName);
  const otherRecords = otherNumber === undefined && spans !== undefined ? { spans, numbers } : undefined;
  return { ...pub, otherNumber, otherRecords };
}

/** Records of which only the number is known. */
export const unread = (length: number): RecordColumns => ({
  length,
  isWhole: false,
  values: [],
  keys: undefined,
  wire: undefined,
});

function columnsOf(records: readonly unknown[]): RecordColumns {
  const columns = new Columns(records.length);
  columns.add(records);
  return columns;
}

/** Filled by records as they came. */
export class Columns implements RecordColumns {
  isWhole = true;
  readonly values: unknown[];
  readonly wire: unknown[];
  keys: unknown[] | undefined;
  private count = 0;

  constructor(readonly length: number) {
    this.values = new Array(length);
    this.wire = new Array(length);
  }

  /** In order; `length` of them in all. */
  add(records: readonly unknown[]): void {
    const { values, wire } = this;
    for (let i = 0; i < records.length; i++) {
      const record = records[i] as { readonly k?: unknown; readonly v?: unknown } | null | undefined;
      const at = this.count++;
      wire[at] = record;
      const isRecord = typeof record === 'object' && record !== null;
      const value = isRecord ? record.v : undefined;
      values[at] = value;
      if (value === undefined) this.isWhole = false;
      if (!isRecord || record.k === undefined) continue;
      this.keys ??= new Array<unknown>(this.length).fill(undefined);
      this.keys[at] = record.k;
    }
  }
}
