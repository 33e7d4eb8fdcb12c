package dstreams.conformance;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.streaming.Time;

/** What an output operation was given. Spark writes it into its checkpoints: what comes back is the one that there is. */
final class Recording implements Serializable {
  private static Recording current;

  private final boolean isOrdered;
  private final transient List<String> batches = new ArrayList<>();
  /** By time, of the run of a batch that was first. */
  private final transient Map<Long, String> first = new TreeMap<>();
  private final transient List<String> differing = new ArrayList<>();
  private transient volatile long lastMs;
  private transient volatile Throwable error;

  Recording(boolean isOrdered) {
    this.isOrdered = isOrdered;
    current = this;
  }

  private Object readResolve() {
    return current;
  }

  void take(JavaRDD<Object> rdd, Time time) {
    try {
      String batch = "[" + time.milliseconds() + "," + text(rdd) + "]";
      batches.add(batch);
      String before = first.putIfAbsent(time.milliseconds(), batch);
      if (before != null && !before.equals(batch)) differing.add(batch);
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

  /** The same without what ran again. */
  String firstBatches() {
    return "[" + String.join(",", first.values()) + "]";
  }

  /** Batches that gave something else when they ran again. */
  List<String> differing() {
    return differing;
  }

  long lastMs() {
    return lastMs;
  }

  /** What the output operation failed with, which Spark tells as text only. */
  Throwable error() {
    return error;
  }
}
