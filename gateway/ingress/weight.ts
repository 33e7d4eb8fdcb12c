/** Of a list, an object or a map, without what is in it. */
const CONTAINER_BYTES = 56;
/** Of a place for a value in it. */
const MEMBER_BYTES = 8;
/** Of a text, without its characters; of a number that needs a place of its own. */
const SCALAR_BYTES = 16;
/** Of bytes, without them: a view, its buffer, and what keeps that. */
const BYTES_BYTES = 240;

/** About the memory of a decoded value: an empty object is two or three bytes in a frame, and 64 in memory. */
export function weightOf(value: unknown): number {
  switch (typeof value) {
    case 'string':
      return SCALAR_BYTES + value.length;
    case 'object':
      break;
    default:
      return SCALAR_BYTES;
  }
  if (value === null) return 0;
  let bytes = CONTAINER_BYTES;
  if (Array.isArray(value)) {
    for (let i = 0; i < value.length; i++) bytes += MEMBER_BYTES + weightOf(value[i]);
    return bytes;
  }
  if (value instanceof Uint8Array) return BYTES_BYTES + value.length;
  for (const key in value) bytes += MEMBER_BYTES + weightOf((value as Record<string, unknown>)[key]);
  return bytes;
}
