import { type PairDialect, pairOps } from '../../core/internal.ts';
import { exactRecord, issueOf, type OtherRecords } from '../protocol/other-numbers.ts';
import type { RecordColumns } from '../protocol/pub-frame.ts';
import type { Check, Issue } from './schema.ts';
import { producerId } from './producer-key.ts';

/** A record with all that came with it: `gateway.receiver(name, { withMetadata: true })`. */
export interface RecordWithMetadata<V = unknown> {
  /** What the publisher gave as the key; null where it gave none. */
  readonly key: unknown;
  /** What the schema made of the value. */
  readonly value: V;
  /** What the publisher gave as the time, in ms since the epoch. */
  readonly timestampMs: number | undefined;
  /** What the publisher gave beside the value, by name. */
  readonly headers: Readonly<Record<string, unknown>> | undefined;
  /** Who published it: the id of its producer; undefined where it has none. */
  readonly producer: string | undefined;
  /** Its number among the records of its producer in this stream, from 1; undefined without a producer. */
  readonly sequence: number | undefined;
}

/** A record that the schema refused, as it stands in the dead-letter stream. */
export interface DeadLetter {
  /** Where it was published. */
  readonly stream: string;
  /** What the publisher gave as the key; null where it gave none. */
  readonly key: unknown;
  /** The value, as it came. */
  readonly value: unknown;
  /** Why it was refused: at most 10; before them, where key and value are left out, that they are. */
  readonly issues: readonly Issue[];
  /** Who published it; null where it has no producer. */
  readonly producer: string | null;
  /** Its number among the records of its producer; null without one. */
  readonly sequence: number | null;
}

export interface RecordShape {
  readonly check: Check | undefined;
  readonly form: 'value' | 'pair' | 'metadata';
  readonly dialect: PairDialect;
}

export interface BadRecord {
  readonly index: number;
  readonly issues: readonly Issue[];
  /** What it is in a letter, where that is not what was read. */
  readonly exact?: unknown;
}

interface WireRecord {
  readonly k?: unknown;
  readonly v?: unknown;
  readonly ts?: unknown;
  readonly h?: unknown;
}

/** Where records came from: for metadata, and for letters. */
export interface Origin {
  readonly producer: string | undefined;
  /** Of the first record; 0 where there is none. */
  readonly seq: number;
}

/**
 * What a frame's records are in the job, from the `skip`-th on. `bad`: those that are no records, fail the schema, or are among `others`;
 * they are not among `values`.
 */
export function recordsOf(
  columns: RecordColumns,
  { check, form, dialect }: RecordShape,
  { producer, seq }: Origin,
  skip: number,
  others?: ReadonlyMap<number, BadRecord>,
): { readonly values: readonly unknown[]; readonly bad: readonly BadRecord[] } {
  const { length, keys } = columns;
  if (form === 'value' && check === undefined && skip === 0 && columns.isWhole && others === undefined) {
    return { values: columns.values, bad: NONE };
  }
  const values: unknown[] = [];
  const bad: BadRecord[] = [];
  const { make } = pairOps(dialect);
  for (let i = skip; i < length; i++) {
    const other = others?.get(i);
    if (other !== undefined) {
      bad.push(other);
      continue;
    }
    let value = columns.values[i];
    if (value === undefined) {
      bad.push({ index: i, issues: [{ path: '', message: 'a record is an object with a value v' }] });
      continue;
    }
    if (check !== undefined) {
      const result = check(value);
      if ('issues' in result) {
        bad.push({ index: i, issues: result.issues });
        continue;
      }
      value = result.value;
    }
    if (form === 'value') values.push(value);
    else if (form === 'pair') values.push(make(keys?.[i] ?? null, value));
    else values.push(withMetadata(recordAt(columns, i), value, producer, seq === 0 ? undefined : seq + i));
  }
  return { values, bad };
}

const NONE: readonly BadRecord[] = [];

/** Records with numbers that JavaScript has not, by their index. */
export function badOf(
  frame: Uint8Array,
  form: 'json' | 'msgpack',
  others: OtherRecords | undefined,
): ReadonlyMap<number, BadRecord> | undefined {
  if (others === undefined) return undefined;
  return new Map(
    others.numbers.map((number): [number, BadRecord] => {
      const { index } = number;
      const bad = { index, issues: [issueOf(frame, form, others, number)] };
      return [index, form === 'json' ? { ...bad, exact: exactRecord(frame, others, index) } : bad];
    }),
  );
}

/** A record as an object; for what is none, what it is. */
export const recordAt = ({ values, keys, wire }: RecordColumns, index: number): unknown =>
  wire === undefined ? { k: keys?.[index], v: values[index] } : wire[index];

function withMetadata(
  record: unknown,
  value: unknown,
  producer: string | undefined,
  sequence: number | undefined,
): RecordWithMetadata {
  const { k, ts, h } = record as WireRecord;
  const headers = typeof h === 'object' && h !== null ? (h as Record<string, unknown>) : undefined;
  return {
    key: k ?? null,
    value,
    timestampMs: typeof ts === 'number' ? ts : undefined,
    headers,
    producer: producer === undefined ? undefined : producerId(producer),
    sequence,
  };
}

/** Letters of the records that were refused. */
export function lettersOf(
  stream: string,
  columns: RecordColumns,
  bad: readonly BadRecord[],
  { producer, seq }: Origin,
): DeadLetter[] {
  return bad.map(({ index, issues, exact }) => {
    const record = (exact ?? recordAt(columns, index)) as WireRecord | null | undefined;
    const isRecord = typeof record === 'object' && record !== null;
    return {
      stream,
      key: isRecord ? (record.k ?? null) : null,
      value: isRecord ? (record.v ?? null) : (record ?? null),
      issues,
      producer: producer === undefined ? null : producerId(producer),
      sequence: seq === 0 ? null : seq + index,
    };
  });
}
