import { JavaDStream } from './dstream.ts';

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
