/** An object that brings its own equality, as in Java. */
interface Comparable {
  equals(other: unknown): boolean;
}

function hasEquals(value: object): value is Comparable {
  return typeof (value as Partial<Comparable>).equals === 'function';
}

function equalLists(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!equalKeys(a[i], b[i])) return false;
  return true;
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

/**
 * Whether each entry of `a` has one of its own in `b`; for sets key and value are the same. One to one, because a JavaScript Map may hold
 * several equal keys. Quadratic in the structured keys: maps and sets with such keys are rare inside keys, and small.
 */
function equalEntries(a: Map<unknown, unknown> | Set<unknown>, b: Map<unknown, unknown> | Set<unknown>): boolean {
  if (a.size !== b.size) return false;
  const open: [unknown, unknown][] = [];
  for (const [key, value] of b.entries()) if (!isPrimitive(key)) open.push([key, value]);
  for (const [key, value] of a.entries()) {
    if (isPrimitive(key)) {
      if (!b.has(key) || (b instanceof Map && !equalKeys(value, b.get(key)))) return false;
      continue;
    }
    const found = open.findIndex((entry) => equalKeys(entry[0], key) && equalKeys(entry[1], value));
    if (found < 0) return false;
    open.splice(found, 1);
  }
  return true;
}

function equalFields(a: object, b: object): boolean {
  const prototypeA: unknown = Object.getPrototypeOf(a);
  const prototypeB: unknown = Object.getPrototypeOf(b);
  // A null-prototype object is a plain object too.
  if ((prototypeA ?? Object.prototype) !== (prototypeB ?? Object.prototype)) return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  const fieldsA = a as Readonly<Record<string, unknown>>;
  const fieldsB = b as Readonly<Record<string, unknown>>;
  for (const name of names) {
    if (!Object.hasOwn(fieldsB, name) || !equalKeys(fieldsA[name], fieldsB[name])) return false;
  }
  return true;
}

function equalObjects(a: object, b: object): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && equalLists(a, b);
  if (Array.isArray(b)) return false;
  if (a instanceof Map) return b instanceof Map && equalEntries(a, b);
  if (a instanceof Set) return b instanceof Set && equalEntries(a, b);
  // Before `equals`: Buffer has one, Uint8Array has none.
  if (ArrayBuffer.isView(a)) {
    if (a instanceof Uint8Array && b instanceof Uint8Array) return equalLists(a, b);
    if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return false;
    if (a instanceof DataView) return a === b;
    return equalLists(a as unknown as ArrayLike<unknown>, b as unknown as ArrayLike<unknown>);
  }
  if (hasEquals(a)) return a.equals(b);
  // Equality of a class that defines it must not depend on which of the two is asked.
  if (hasEquals(b)) return false;
  if (a instanceof Date) return b instanceof Date && Object.is(a.getTime(), b.getTime());
  return equalFields(a, b);
}

/**
 * Whether two values are one key. Primitives as they are, numbers as Java's `Double.equals`: NaN equals NaN, −0 differs from 0; `1` and
 * `1n` differ. Arrays (and Java lists), Maps, Sets, plain objects, Date and bytes by value; an object with `equals` by it; instances of one
 * class by their fields. Values that hold themselves are not keys: the stack would overflow.
 */
export function equalKeys(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  return equalObjects(a, b);
}
