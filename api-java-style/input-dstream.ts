import { refOf } from '../core/internal.ts';
import { JavaDStream, JavaPairDStream } from './dstream.ts';
import type { AnyStream } from './stream-base.ts';

/** A stream that a source made. */
export class JavaInputDStream<T> extends JavaDStream<T> {
  /** A stream of either surface as one of this class. */
  static fromInputDStream<T>(stream: AnyStream): JavaInputDStream<T> {
    return new JavaInputDStream<T>(refOf(stream, 'fromInputDStream'));
  }

  /** The stream without its Java face: here the same object. */
  inputDStream(): this {
    return this;
  }
}

/** A stream that a receiver feeds. */
export class JavaReceiverInputDStream<T> extends JavaInputDStream<T> {
  /** A stream of either surface as one of this class. */
  static fromReceiverInputDStream<T>(stream: AnyStream): JavaReceiverInputDStream<T> {
    return new JavaReceiverInputDStream<T>(refOf(stream, 'fromReceiverInputDStream'));
  }

  /** The stream without its Java face: here the same object. */
  receiverInputDStream(): this {
    return this;
  }
}

/** A stream of pairs that a source made. */
export class JavaPairInputDStream<K, V> extends JavaPairDStream<K, V> {
  /** A stream of either surface as one of this class. */
  static fromInputDStream<K, V>(stream: AnyStream): JavaPairInputDStream<K, V> {
    return new JavaPairInputDStream<K, V>(refOf(stream, 'fromInputDStream'));
  }

  /** The stream without its Java face: here the same object. */
  inputDStream(): this {
    return this;
  }
}

/** A stream of pairs that a receiver feeds. */
export class JavaPairReceiverInputDStream<K, V> extends JavaPairInputDStream<K, V> {
  /** A stream of either surface as one of this class. */
  static fromReceiverInputDStream<K, V>(stream: AnyStream): JavaPairReceiverInputDStream<K, V> {
    return new JavaPairReceiverInputDStream<K, V>(refOf(stream, 'fromReceiverInputDStream'));
  }

  /** The stream without its Java face: here the same object. */
  receiverInputDStream(): this {
    return this;
  }
}
