package dstreams.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.streaming.Duration;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;

/** A case that prints, or saves files. */
final class PrintRun {
  private final JavaSparkContext sc;
  private final JsonNode one;
  private final Path work;

  PrintRun(JavaSparkContext sc, JsonNode one, Path work) {
    this.sc = sc;
    this.one = one;
    this.work = work;
  }

  /** Writes what Spark gives into the case. */
  void answer(ObjectNode answered) throws IOException {
    Path folder = Files.createTempDirectory(work, "files");
    long batchMs = one.get("batchMs").longValue();
    List<List<Object>> batches = new ArrayList<>();
    one.get("input").forEach(batch -> batches.add(Values.listOf(batch)));
    boolean isPrint = one.get("operation").textValue().equals("print");
    JavaStreamingContext context = new JavaStreamingContext(sc, new Duration(batchMs));
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream standard = System.out;
    PrintStream captured = new PrintStream(printed, true, "UTF-8");
    System.setOut(captured);
    try {
      JavaDStream<Object> stream = ScriptedInput.in(context, batches, one.get("partitions").intValue(), batchMs);
      if (!isPrint) stream.dstream().saveAsTextFiles(folder.resolve("out").toString(), one.path("suffix").asText(suffix()));
      else if (one.has("n")) stream.print(one.get("n").intValue());
      else stream.print();
      Steps steps = new Steps(context, new Recording(false));
      scala.Console.withOut(captured, () -> {
        steps.start();
        return null;
      });
      for (int i = 0; i < one.get("run").intValue(); i++) {
        Throwable error = steps.next();
        if (error == null) continue;
        answered.put("unusable", error.toString());
        break;
      }
    } finally {
      System.setOut(standard);
      context.stop(false, false);
    }
    if (isPrint) answered.put("text", printed.toString("UTF-8"));
    else files(folder, answered.putObject("files"));
    CaseRun.delete(folder);
  }

  /** Cases say by the names of their files only whether they have a suffix. */
  private String suffix() {
    return one.path("files").toString().contains(".txt/") ? "txt" : "";
  }

  /** Every file by its path, without those of checksums. */
  private static void files(Path folder, ObjectNode found) throws IOException {
    TreeMap<String, String> texts = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : (Iterable<Path>) all.filter(Files::isRegularFile)::iterator) {
        String name = folder.relativize(path).toString();
        if (!name.endsWith(".crc")) texts.put(name, Files.readString(path));
      }
    }
    texts.forEach(found::put);
  }
}
