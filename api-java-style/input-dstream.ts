import { JavaDStream, JavaPairDStream } from './dstream.ts';

/** A stream that a source made. */
export class JavaInputDStream<T> extends JavaDStream<T> {
  inputDStream(): this {
    return this;
  }
}

/** A stream that a receiver feeds. */
export class JavaReceiverInputDStream<T> extends JavaInputDStream<T> {
  receiverInputDStream(): this {
    return this;
  }
}

/** A stream of pairs that a source made. */
export class JavaPairInputDStream<K, V> extends JavaPairDStream<K, V> {
  inputDStream(): this {
    return this;
  }
}

/** A stream of pairs that a receiver feeds. */
export class JavaPairReceiverInputDStream<K, V> extends JavaPairInputDStream<K, V> {
  receiverInputDStream(): this {
    return this;
  }
}
