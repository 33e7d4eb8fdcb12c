package dstreams.conformance;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Runs the cases of a file in Spark and writes them with what it gave: {@code Main IN OUT}. A case whose functions fail
 * for a reason of their own is written with {@code "unusable"}, the reason, instead.
 */
public final class Main {
  /** Escapes, since half of a surrogate pair has no form in UTF-8. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private Main() {}

  public static void main(String[] args) throws Exception {
    JsonNode cases = JSON.readTree(Path.of(args[0]).toFile()).get("cases");
    SparkConf conf = new SparkConf()
        .setMaster("local[2]")
        .setAppName("answers")
        .set("spark.ui.enabled", "false")
        .set("spark.driver.bindAddress", "127.0.0.1")
        .set("spark.driver.host", "127.0.0.1")
        .set("spark.streaming.clock", "org.apache.spark.util.ManualClock");
    Path work = Files.createTempDirectory("spark-answers");
    try (JavaSparkContext sc = new JavaSparkContext(conf);
        PrintStream out = new PrintStream(Files.newOutputStream(Path.of(args[1])), true, "UTF-8")) {
      sc.setLogLevel("OFF");
      String separator = "{\n\"recordedFrom\": \"Apache Spark Streaming 3.5.7\",\n\"cases\": [\n";
      for (JsonNode one : cases) {
        ObjectNode answered = one.deepCopy();
        if (one.has("operation")) new PrintRun(sc, one, work).answer(answered);
        else new CaseRun(sc, one, work).answer(answered);
        out.print(separator + JSON.writeValueAsString(answered));
        separator = ",\n";
      }
      out.print("\n]\n}\n");
    } finally {
      CaseRun.delete(work);
    }
  }
}
