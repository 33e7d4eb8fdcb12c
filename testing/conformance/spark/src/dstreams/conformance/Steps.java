package dstreams.conformance;

import java.util.List;
import org.apache.spark.streaming.Internals;
import org.apache.spark.streaming.api.java.JavaStreamingContext;

/** Takes a context from batch to batch. */
final class Steps {
  private static final long POLL_MS = 2;
  private static final long BATCHES_NS_MAX = 20_000_000_000L;
  private final JavaStreamingContext context;
  private final Recording recording;
  private final long batchMs;
  private long now;

  Steps(JavaStreamingContext context, Recording recording) {
    this.context = context;
    this.recording = recording;
    this.batchMs = context.ssc().graph().batchDuration().milliseconds();
    this.now = Internals.clockOf(context).getTimeMillis();
  }

  /** Starts the context with one output more, which has a job in every batch, the last of it. */
  void start() {
    Recording end = recording;
    ScriptedInput.in(context, List.of(), 1, batchMs).foreachRDD((rdd, time) -> end.end(time));
    context.start();
  }

  /** Runs the next batch; what it could not be made for, or null. */
  Throwable next() {
    now += batchMs;
    Internals.clockOf(context).setTime(now);
    return awaitEnd();
  }

  /** After a restart: the batches that run again and those of the time down. */
  Throwable restarted(long atMs) {
    now = atMs;
    return awaitEnd();
  }

  private Throwable awaitEnd() {
    long until = System.nanoTime() + BATCHES_NS_MAX;
    // What is too old is forgotten after the batch, at a moment that decides what the next one sees.
    while (recording.lastMs() < batchTime() || Internals.clearedMs(context) < batchTime()) {
      if (System.nanoTime() > until) return new IllegalStateException("the batch does not end");
      try {
        context.awaitTerminationOrTimeout(POLL_MS);
      } catch (Throwable error) {
        return error;
      }
    }
    return null;
  }

  /** Of the batch that ran last, milliseconds. */
  long batchTime() {
    return now - now % batchMs;
  }
}
