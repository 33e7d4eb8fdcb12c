package dstreams.conformance;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.streaming.Time;

/**
 * What an output operation was given. Serializable since Spark writes the functions of a context into its checkpoints,
 * which nobody reads here.
 */
final class Recording implements Serializable {
  private final boolean isOrdered;
  private final transient List<String> batches = new ArrayList<>();
  private transient volatile long lastMs;
  private transient volatile Throwable error;

  Recording(boolean isOrdered) {
    this.isOrdered = isOrdered;
  }

  void take(JavaRDD<Object> rdd, Time time) {
    try {
      batches.add("[" + time.milliseconds() + "," + text(rdd) + "]");
    } catch (Throwable failure) {
      error = failure;
      throw failure;
    }
  }

  /** The last output of a batch: it is over. */
  void end(Time time) {
    lastMs = time.milliseconds();
  }

  String text(JavaRDD<Object> rdd) {
    List<Object> values = rdd.collect();
    return Values.json(isOrdered ? values : Values.sorted(values));
  }

  /** As JSON, each with its time. */
  String batches() {
    return "[" + String.join(",", batches) + "]";
  }

  long lastMs() {
    return lastMs;
  }

  /** What the output operation failed with, which Spark tells as text only. */
  Throwable error() {
    return error;
  }
}
