const SAMPLES_MAX = 100;
const MEMBERS_MAX = 100;
const DEPTH_MAX = 8;

/** Bytes of one value, roughly as V8 keeps it on 64 bits, without the slot that refers to it. */
function sizeOf(value: unknown, depth: number): number {
  switch (typeof value) {
    case 'string':
      return 16 + value.length;
    case 'number':
      return (value | 0) === value ? 0 : 16; // Small integers live in the slot.
    case 'bigint':
      return 24;
    case 'object':
      return value === null ? 0 : sizeOfObject(value, depth);
    default:
      return 0;
  }
}

/** The sum over `count` members, of which at most `MEMBERS_MAX` are looked at. */
function sizeOfMembers(members: Iterable<unknown>, count: number, depth: number): number {
  let seen = 0;
  let bytes = 0;
  for (const member of members) {
    bytes += 8 + sizeOf(member, depth);
    seen++;
    if (seen === MEMBERS_MAX) break;
  }
  return seen === 0 ? 0 : Math.ceil((bytes / seen) * count);
}

function sizeOfObject(value: object, depth: number): number {
  if (ArrayBuffer.isView(value)) return 100 + value.byteLength;
  if (depth >= DEPTH_MAX) return 32;
  if (Array.isArray(value)) return 32 + sizeOfMembers(value, value.length, depth + 1);
  if (value instanceof Date) return 48;
  if (value instanceof Map) {
    const keys = sizeOfMembers(value.keys(), value.size, depth + 1);
    return 64 + 16 * value.size + keys + sizeOfMembers(value.values(), value.size, depth + 1);
  }
  if (value instanceof Set) return 64 + 16 * value.size + sizeOfMembers(value, value.size, depth + 1);
  const fields = value as Readonly<Record<string, unknown>>;
  let bytes = 24;
  for (const key of Object.keys(fields)) bytes += 8 + sizeOf(fields[key], depth + 1);
  return bytes;
}

/** An estimate of the memory that values take, in bytes, from at most 100 of them, evenly spread. Never less than 8 per value. */
export function estimateBytes(values: readonly unknown[]): number {
  const count = values.length;
  if (count === 0) return 16;
  const samples = Math.min(count, SAMPLES_MAX);
  let bytes = 0;
  for (let i = 0; i < samples; i++) bytes += 8 + sizeOf(values[Math.floor((i * count) / samples)], 0);
  return 16 + Math.ceil((bytes / samples) * count);
}
