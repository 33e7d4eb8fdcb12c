import { type Codec, shareBytes } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';

/**
 * A value that the driver gives to all tasks. On an executor it is the driver's as well, whatever the program put into it
 * there: its bytes come with the program, or with the call of the transform function that made it, and are decoded once.
 */
export class BroadcastCell<T = unknown> {
  private packed: Uint8Array | undefined;
  private isDestroyed = false;
  private content: { readonly value: T } | undefined;

  private constructor(
    readonly id: number,
    /** undefined: made where only the driver is. */
    readonly coord: string | undefined,
    private readonly codec: Codec,
    content: { readonly value: T } | Uint8Array | undefined,
  ) {
    if (content instanceof Uint8Array) this.packed = content;
    else this.content = content;
  }

  /** In the driver. Throws `RECORD_NOT_SERIALIZABLE` for what no executor could be given. */
  static of<T>(value: T, id: number, coord: string | undefined, codec: Codec): BroadcastCell<T> {
    codec.checkAll([value], 'broadcast');
    return new BroadcastCell<T>(id, coord, codec, { value });
  }

  /** On an executor; without bytes where the driver has destroyed it. */
  static ofBytes<T>(bytes: Uint8Array | undefined, id: number, coord: string, codec: Codec): BroadcastCell<T> {
    return new BroadcastCell<T>(id, coord, codec, bytes);
  }

  /** Not to be changed. Throws `BROADCAST_DESTROYED`. */
  value(): T {
    if (this.content !== undefined) return this.content.value;
    if (this.isDestroyed || this.packed === undefined) {
      throw new DStreamsError(
        'BROADCAST_DESTROYED',
        `Attempted to use Broadcast(${this.id}) after it was destroyed. Make a new one with broadcast(value).`,
      );
    }
    this.content = { value: this.codec.decodeValue(this.packed) as T };
    this.packed = undefined;
    return this.content.value;
  }

  /** What executors are sent, in memory that all threads share; undefined once it is destroyed. */
  bytes(): Uint8Array | undefined {
    if (this.isDestroyed) return undefined;
    this.packed ??= shareBytes(this.codec.encodeValue(this.value(), 'broadcast'));
    return this.packed;
  }

  get destroyed(): boolean {
    return this.isDestroyed;
  }

  destroy(): void {
    this.isDestroyed = true;
    this.content = undefined;
    this.packed = undefined;
  }
}
