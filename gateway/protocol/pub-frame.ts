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
  /** A number that was read as another one; undefined: none was. */
  readonly otherNumber?: string | undefined;
}

/** `memoryBytes`, `otherNumber`: of the message. */
export function pubFrameOf(message: object, memoryBytes = 0, otherNumber?: string): PubFrame {
  const { id, stream, pe, seq, records, ack } = message as Record<string, unknown>;
  const columns = Array.isArray(records) ? columnsOf(records) : undefined;
  return { id, stream, pe, seq, ack, memoryBytes, otherNumber, records: columns };
}

function columnsOf(wire: readonly unknown[]): RecordColumns {
  const values: unknown[] = new Array(wire.length);
  let keys: unknown[] | undefined;
  let isWhole = true;
  for (let i = 0; i < wire.length; i++) {
    const record = wire[i] as { readonly k?: unknown; readonly v?: unknown } | null | undefined;
    const isRecord = typeof record === 'object' && record !== null;
    const value = isRecord ? record.v : undefined;
    values[i] = value;
    if (value === undefined) isWhole = false;
    if (!isRecord || record.k === undefined) continue;
    keys ??= new Array<unknown>(wire.length).fill(undefined);
    keys[i] = record.k;
  }
  return { length: wire.length, isWhole, values, keys, wire };
}
