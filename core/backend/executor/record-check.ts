import type { Codec } from '../../data/index.ts';

/**
 * Refuses what could not travel, on masters where nothing travels: `local` and `local[2]` must not differ. Looked at is
 * one instance of each class that comes, on the surface of a record or as the first of a list; primitives cost a typeof.
 */
export class RecordCheck {
  private readonly seen = new WeakSet<object>([Object.prototype, Array.prototype]);

  constructor(private readonly codec: Codec) {}

  /** Throws RECORD_NOT_SERIALIZABLE, which names the class and `where`. */
  check(records: readonly unknown[], where: string): void {
    for (let i = 0; i < records.length; i++) {
      const x = records[i];
      if (typeof x !== 'object' && typeof x !== 'function') continue;
      if (x !== null) this.look(x, where);
    }
  }

  private look(x: object, where: string): void {
    if (Array.isArray(x)) {
      for (let i = 0; i < x.length && i < 2; i++) {
        const part: unknown = x[i];
        if (typeof part === 'object' && part !== null && !Array.isArray(part)) this.look(part, where);
      }
      return;
    }
    const prototype = Object.getPrototypeOf(x) as object | null;
    if (prototype === null || this.seen.has(prototype)) return;
    this.codec.checkSerializable(x, where);
    this.seen.add(prototype);
  }
}
