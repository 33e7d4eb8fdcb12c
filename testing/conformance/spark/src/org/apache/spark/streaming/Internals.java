package org.apache.spark.streaming;

import java.lang.reflect.Field;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import org.apache.spark.streaming.scheduler.JobGenerator;
import org.apache.spark.streaming.scheduler.JobScheduler;
import org.apache.spark.streaming.util.RecurringTimer;
import org.apache.spark.util.ManualClock;

/** Reaches what Spark shows to its own package only. */
public final class Internals {
  private Internals() {}

  public static ManualClock clockOf(JavaStreamingContext context) {
    return (ManualClock) context.ssc().scheduler().clock();
  }

  /** The context that a checkpoint has, which is to start. */
  public static JavaStreamingContext recovered(JavaSparkContext sc, String directory) {
    return new JavaStreamingContext(new StreamingContext(directory, sc.sc()));
  }

  /** A graceful stop lets the timer go once more: from when on that is the last time. */
  public static void waitUntilTimerStops(JavaStreamingContext context) {
    try {
      Object generator = valueOf(context.ssc().scheduler(), JobScheduler.class, "jobGenerator");
      Object timer = valueOf(generator, JobGenerator.class, "timer");
      while (!(Boolean) valueOf(timer, RecurringTimer.class, "stopped")) Thread.sleep(1);
    } catch (ReflectiveOperationException | InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }

  private static Object valueOf(Object object, Class<?> type, String name) throws ReflectiveOperationException {
    Field field = type.getDeclaredField(name);
    field.setAccessible(true);
    return field.get(object);
  }

  /** The last batch after which Spark has forgotten what it need not remember; below 0 before the first. */
  public static long clearedMs(JavaStreamingContext context) {
    try {
      Object generator = valueOf(context.ssc().scheduler(), JobScheduler.class, "jobGenerator");
      Time last = ((JobGenerator) generator).lastProcessedBatch();
      return last == null ? -1 : last.milliseconds();
    } catch (ReflectiveOperationException error) {
      throw new IllegalStateException(error);
    }
  }

  /** Of contexts that are made from now on; null takes the setting away. */
  public static void set(JavaSparkContext sc, String key, String value) {
    if (value == null) sc.sc().conf().remove(key);
    else sc.sc().conf().set(key, value);
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
