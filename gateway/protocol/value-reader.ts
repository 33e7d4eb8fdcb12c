import type { Steps } from './steps.ts';
import { formOf } from './values.ts';

/** What is read in one step, where no text in it is longer. What is worst for the parser takes it 2 ms. */
export const SLICE_BYTES = 16_384;

/** Reads values out of the bytes of a frame that was scanned, in one of the forms. All of it throws `Refusal` where they are none. */
export interface ValueReader {
  /** Between two members of a list or an object, or two records. */
  readonly separatorBytes: number;
  valueOf(bytes: Uint8Array, from: number, end: number): unknown;
  /** Members of a list, `count` of them. */
  itemsOf(bytes: Uint8Array, from: number, end: number, count: number): readonly unknown[];
  /** Where the members of a list or an object are; undefined for what is neither. */
  membersOf(bytes: Uint8Array, from: number, end: number): Members | undefined;
  /** Adds members of an object, some that follow each other. */
  addFields(object: ObjectInParts, bytes: Uint8Array, from: number, end: number): void;
  /** One member of an object. */
  fieldOf(bytes: Uint8Array, from: number, end: number): Field;
}

export interface Members {
  readonly isObject: boolean;
  /** Where each begins, an object's with its name, and where one more would. */
  readonly starts: readonly number[];
}

export interface Field {
  readonly name: string;
  /** Where its value begins. */
  readonly from: number;
}

/** Of a field whose name is that of something else; the job may publish it, if nobody else. */
const OWN = { configurable: true, enumerable: true, writable: true };

/** An object that is made of its fields. The last one of a name counts. */
export class ObjectInParts {
  private readonly object: Record<string, unknown> = {};
  private first: string | undefined;
  private hasMany = false;

  put(name: string, value: unknown): void {
    if (name === '__proto__') Object.defineProperty(this.object, name, { ...OWN, value });
    else this.object[name] = value;
    this.first ??= name;
    if (name !== this.first) this.hasMany = true;
  }

  /** What all of it stands for. */
  get value(): unknown {
    const { object, first } = this;
    return (first === undefined || this.hasMany ? undefined : formOf(first, object[first])) ?? object;
  }
}

/**
 * One value, the same as `valueOf` has, in steps of about `sliceBytes`: of a list or an object that is larger the members of
 * so many bytes are read together, and one that is larger by itself in steps as well. A long text is one step.
 */
export function* valueInSteps(
  reader: ValueReader,
  bytes: Uint8Array,
  from: number,
  end: number,
  sliceBytes: number,
): Steps<unknown> {
  const members = end - from > sliceBytes ? reader.membersOf(bytes, from, end) : undefined;
  if (members === undefined) return reader.valueOf(bytes, from, end);
  const { starts, isObject } = members;
  const list: unknown[] = [];
  const object = new ObjectInParts();
  for (let i = 0; i < starts.length - 1; ) {
    yield;
    const next = sliceEnd(starts, i, sliceBytes);
    const start = starts[i]!;
    const stop = starts[next]! - reader.separatorBytes;
    if (stop - start > sliceBytes) {
      const field = isObject ? reader.fieldOf(bytes, start, stop) : undefined;
      const value = yield* valueInSteps(reader, bytes, field?.from ?? start, stop, sliceBytes);
      if (field === undefined) list.push(value);
      else object.put(field.name, value);
    } else if (isObject) reader.addFields(object, bytes, start, stop);
    else for (const item of reader.itemsOf(bytes, start, stop, next - i)) list.push(item);
    i = next;
  }
  return isObject ? object.value : list;
}

/** Before which of what begins at `starts` a slice ends whose first is the `first`, which is in it whatever its size. */
export function sliceEnd(starts: readonly number[], first: number, sliceBytes: number): number {
  let next = first + 1;
  while (next < starts.length - 1 && starts[next + 1]! - starts[first]! <= sliceBytes) next++;
  return next;
}
