package org.apache.spark.streaming;

import java.lang.reflect.Field;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.util.ManualClock;

/** Reaches what Spark shows to its own package only. */
public final class Internals {
  private Internals() {}

  public static ManualClock clockOf(JavaStreamingContext context) {
    return (ManualClock) context.ssc().scheduler().clock();
  }

  /** The graph is not written twice a batch: nothing is recovered here, and it takes more time than the batches do. */
  public static void keepNoGraph(JavaStreamingContext context) {
    try {
      Field interval = StreamingContext.class.getDeclaredField("checkpointDuration");
      interval.setAccessible(true);
      interval.set(context.ssc(), new Duration(Long.MAX_VALUE));
    } catch (ReflectiveOperationException error) {
      throw new IllegalStateException(error);
    }
  }
}
