import type { JavaDStream, JavaStreamingContext } from 'dstreams/java';

export function queued(ssc: JavaStreamingContext): JavaDStream<string> {
  return ssc.queueStream([ssc.sparkContext().parallelize(['hello world', 'hello '])]);
}
