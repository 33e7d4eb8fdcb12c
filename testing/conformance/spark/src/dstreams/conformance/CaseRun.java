package dstreams.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.SparkException;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.Internals;
import org.apache.spark.streaming.Time;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;

/** One case in a streaming context of its own. */
final class CaseRun {
  private static final ObjectMapper JSON = new ObjectMapper();
  /** Steps that Spark checkpoints, or may. */
  private static final Set<String> CHECKPOINTED = Set.of("checkpoint", "countByWindow", "countByValueAndWindow",
      "reduceByWindow", "reduceByKeyAndWindow", "updateStateByKey", "mapWithState");

  private static final String MIN_REMEMBER = "spark.streaming.fileStream.minRememberDuration";

  private final JavaSparkContext sc;
  private final JsonNode one;
  private final Path work;
  private final Recording recording;
  private ScriptedFolder folder;

  CaseRun(JavaSparkContext sc, JsonNode one, Path work) {
    this.sc = sc;
    this.one = one;
    this.work = work;
    this.recording = new Recording(one.path("ordered").booleanValue());
  }

  /** Writes what Spark gives into the case. */
  void answer(ObjectNode answered) throws IOException {
    for (String field : List.of("expected", "expectedError", "expectedSlices")) answered.remove(field);
    Path checkpoints = Files.createTempDirectory(work, "case");
    Path files = Files.createTempDirectory(work, "folder");
    folder = new ScriptedFolder(files, one.path("folder"));
    folder.change(0);
    Internals.set(sc, MIN_REMEMBER, one.path("folder").path("minRemember").asText(null));
    try {
      if (one.has("restarts")) restarted(answered, checkpoints);
      else once(answered, checkpoints);
    } finally {
      delete(checkpoints);
      delete(files);
    }
  }

  private void restarted(ObjectNode answered, Path checkpoints) throws IOException {
    try {
      answered.set("expected", new RestartedRun(sc, one, folder, checkpoints, recording).run());
    } catch (Exception error) {
      Throwable cause = error;
      while (cause.getCause() != null) cause = cause.getCause();
      answered.put("unusable", error.getMessage() + ": " + cause);
    }
    // Spark lets files be read again as they are by then.
    if (!recording.differing().isEmpty()) answered.put("unusable", "ran again with another result: " + recording.differing());
  }

  private void once(ObjectNode answered, Path checkpoints) throws IOException {
    JavaStreamingContext context = new JavaStreamingContext(sc, new Duration(one.get("batchMs").longValue()));
    try {
      if (usesCheckpoints(one)) context.checkpoint(checkpoints.toString());
      Internals.keepNoGraph(context);
      Internals.clockOf(context).setTime(one.path("folder").path("madeMs").longValue());
      if (one.has("remember")) context.remember(new Duration(one.get("remember").longValue()));
      run(context, answered);
    } finally {
      context.stop(false, false);
    }
    answered.set("expected", JSON.readTree(recording.batches()));
  }

  private void run(JavaStreamingContext context, ObjectNode answered) throws IOException {
    JavaDStream<Object> stream;
    try {
      stream = new Pipeline(context, one, folder).stream();
      stream.foreachRDD(recording::take);
    } catch (Exception error) {
      fail(answered, "build", null, error);
      return;
    }
    Steps steps = new Steps(context, recording);
    try {
      steps.start();
    } catch (Exception error) {
      fail(answered, "start", null, error);
      return;
    }
    for (int i = 1; i <= one.get("run").intValue(); i++) {
      folder.change(i);
      Throwable error = steps.next();
      if (recording.error() != null) fail(answered, "batch", steps.batchTime(), recording.error());
      else if (error != null) fail(answered, "generate", steps.batchTime(), error);
      else continue;
      return;
    }
    if (one.has("slices")) answered.set("expectedSlices", slices(stream));
  }

  private ArrayNode slices(JavaDStream<Object> stream) throws IOException {
    ArrayNode all = JSON.createArrayNode();
    for (JsonNode slice : one.get("slices")) {
      ArrayNode batches = all.addArray();
      Time from = new Time(slice.get(0).longValue());
      for (JavaRDD<Object> rdd : stream.slice(from, new Time(slice.get(1).longValue()))) {
        batches.add(JSON.readTree(recording.text(rdd)));
      }
    }
    return all;
  }

  /** What the case is told to expect, or why it is no case. */
  private static void fail(ObjectNode answered, String at, Long time, Throwable error) {
    Throwable cause = error;
    while (cause instanceof SparkException && cause.getCause() != null) cause = cause.getCause();
    boolean isOwn = Stream.of(cause.getStackTrace()).limit(1).anyMatch(frame -> frame.getClassName().startsWith("dstreams"));
    if (isOwn || cause instanceof ClassCastException || cause instanceof NullPointerException) {
      answered.put("unusable", cause.toString());
      return;
    }
    ObjectNode expectedError = answered.putObject("expectedError").put("at", at);
    if (time != null) expectedError.put("timeMs", time);
    expectedError.put("exception", cause.getClass().getName()).put("message", cause.getMessage());
  }

  private static boolean usesCheckpoints(JsonNode node) {
    if (node.isArray() && node.path(0).isTextual() && CHECKPOINTED.contains(node.get(0).textValue())) return true;
    for (JsonNode child : node) if (usesCheckpoints(child)) return true;
    return false;
  }

  static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all.sorted(Comparator.reverseOrder())::iterator) Files.deleteIfExists(path);
    }
  }
}
