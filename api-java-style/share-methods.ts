interface AnyClass {
  readonly prototype: object;
}

/**
 * Gives `to` the methods of `from` that it lacks, at run time only. Whether a stream or data set is one of pairs cannot
 * always be known when it is made (api §17); the types say which methods may be used.
 */
export function shareMethods(from: AnyClass, to: AnyClass): void {
  for (const name of Reflect.ownKeys(from.prototype)) {
    if (Object.hasOwn(to.prototype, name)) continue;
    const descriptor = Object.getOwnPropertyDescriptor(from.prototype, name)!;
    Object.defineProperty(to.prototype, name, { ...descriptor, enumerable: false });
  }
}
