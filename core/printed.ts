/** What Node's `console.log` asks of an object. */
const INSPECTED = Symbol.for('nodejs.util.inspect.custom');

/** From now on `console.log` shows the objects of these classes by their `toString`, as Java's `println` does. */
export function printAsText(...types: readonly { readonly prototype: object }[]): void {
  for (const { prototype } of types) {
    Object.defineProperty(prototype, INSPECTED, {
      value(this: unknown) {
        return String(this);
      },
    });
  }
}
