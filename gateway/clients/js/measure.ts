/** What a server counts of a record. */
export interface Measure {
  /** In UTF-8. */
  readonly bytes: number;
  /** Values, as a bound: what begins a list or an object, and what follows a comma. */
  readonly items: number;
  readonly depth: number;
}

/** Of JSON text as `JSON.stringify` writes it. */
export function measure(text: string): Measure {
  let bytes = text.length;
  let items = 1;
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x22) isText = !isText;
    else if (isText) {
      if (unit === 0x5c) i++;
      else if (unit >= 0x80) bytes += moreBytes(unit);
    } else if (unit === 0x2c) items++;
    else if (unit === 0x5b || unit === 0x7b) {
      items++;
      if (++depth > deepest) deepest = depth;
    } else if (unit === 0x5d || unit === 0x7d) depth--;
  }
  return { bytes, items, depth: deepest };
}

/** How many bytes a text has in UTF-8. */
export function utf8Bytes(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0x80) bytes += moreBytes(unit);
  }
  return bytes;
}

/** Beyond one for each unit. Halves of surrogate pairs stand in pairs: alone, they are escaped. */
const moreBytes = (unit: number): number => (unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2);
