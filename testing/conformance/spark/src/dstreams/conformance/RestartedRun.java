package dstreams.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.Internals;
import org.apache.spark.streaming.api.java.JavaStreamingContext;

/** A case that is stopped and goes on from its checkpoint, once or more. */
final class RestartedRun {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final JavaSparkContext sc;
  private final JsonNode one;
  private final ScriptedFolder folder;
  private final String checkpoints;
  private final Recording recording;
  private final long batchMs;
  private JavaStreamingContext context;
  private Steps steps;
  /** Batches before this one are over, or were when they were due. */
  private int next = 1;

  RestartedRun(JavaSparkContext sc, JsonNode one, ScriptedFolder folder, Path checkpoints, Recording recording) {
    this.sc = sc;
    this.one = one;
    this.folder = folder;
    this.checkpoints = checkpoints.toString();
    this.recording = recording;
    this.batchMs = one.get("batchMs").longValue();
  }

  /** What each batch gave when it ran first. */
  JsonNode run() throws IOException {
    context = new JavaStreamingContext(sc, new Duration(batchMs));
    try {
      context.checkpoint(checkpoints);
      Internals.clockOf(context).setTime(one.path("folder").path("madeMs").longValue());
      if (one.has("remember")) context.remember(new Duration(one.get("remember").longValue()));
      new Pipeline(context, one, folder).stream().foreachRDD(recording::take);
      steps = new Steps(context, recording);
      steps.start();
      for (JsonNode restart : one.get("restarts")) {
        stop(restart.get("after").intValue(), restart.path("graceful").booleanValue());
        restart(restart.get("downMs").longValue());
      }
      batchesTo(one.get("run").intValue());
    } finally {
      context.stop(false, false);
    }
    return JSON.readTree(recording.firstBatches());
  }

  private void batchesTo(int last) throws IOException {
    for (; next <= last; next++) {
      folder.change(next);
      check(steps.next());
    }
  }

  /** After so many batches. In a graceful stop the timer goes on for two. */
  private void stop(int after, boolean graceful) throws IOException {
    batchesTo(graceful ? after - 2 : after);
    Thread stopping = new Thread(() -> context.stop(false, graceful));
    stopping.start();
    if (graceful) {
      Internals.waitUntilTimerStops(context);
      batchesTo(after);
    }
    try {
      stopping.join();
    } catch (InterruptedException error) {
      throw new IllegalStateException(error);
    }
  }

  /** Goes on so long after the last batch; whoever writes files does so meanwhile. */
  private void restart(long downMs) throws IOException {
    long stoppedMs = steps.batchTime();
    for (long left = downMs / batchMs; left > 0; left--) folder.change(next++);
    Internals.set(sc, "spark.streaming.manualClock.jump", Long.toString(downMs));
    context = Internals.recovered(sc, checkpoints);
    steps = new Steps(context, recording);
    context.start();
    check(steps.restarted(stoppedMs + downMs));
  }

  private void check(Throwable error) {
    Throwable failure = recording.error() == null ? error : recording.error();
    if (failure != null) throw new IllegalStateException("batch " + steps.batchTime(), failure);
  }
}
