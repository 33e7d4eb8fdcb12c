const TEXT_MAX = 60;

/**
 * What people call a class. Bundlers name one that refers to itself `_Point`, and a name must not depend on whether the
 * program was bundled: stored bytes have it.
 */
export const nameOfClass = (type: Function): string => type.name.replace(/^_+(?=\p{Lu})/u, '');

/** The class of an object as people call it: `Foo`, `Object`, `a class without a name`. */
export function classNameOf(value: object): string {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null) return 'Object';
  const constructor: unknown = (prototype as { constructor?: unknown }).constructor;
  const name = typeof constructor === 'function' ? nameOfClass(constructor) : '';
  return name === '' ? 'a class without a name' : name;
}

/** A value in a few words, for error messages: its kind, and its text where that is short and safe to take. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `the string ${JSON.stringify(value.length > TEXT_MAX ? `${value.slice(0, TEXT_MAX)}…` : value)}`;
    case 'number':
    case 'bigint':
      return `the ${typeof value} ${String(value)}`;
    case 'function':
      return value.name === '' ? 'a function' : `the function ${value.name}`;
    case 'symbol':
      return 'a symbol';
    case 'object':
      if (value === null) return 'null';
      if (Array.isArray(value)) return `an array of ${value.length}`;
      return `an object of class ${classNameOf(value)}`;
    default:
      return String(value);
  }
}
