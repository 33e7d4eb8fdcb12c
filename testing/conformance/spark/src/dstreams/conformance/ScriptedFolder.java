package dstreams.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.io.LongWritable;
import org.apache.hadoop.io.Text;
import org.apache.hadoop.mapreduce.lib.input.TextInputFormat;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaPairInputDStream;
import org.apache.spark.streaming.api.java.JavaStreamingContext;
import scala.Tuple2;

/** The folder of a case, in which files appear while it runs. */
final class ScriptedFolder {
  private final Path path;
  private final JsonNode changes;

  ScriptedFolder(Path path, JsonNode folder) {
    this.path = path;
    this.changes = folder.path("changes");
  }

  /** 0: before the streams are made; then before each batch. */
  void change(int index) throws IOException {
    for (JsonNode change : changes.path(index)) apply(change);
  }

  private void apply(JsonNode change) throws IOException {
    Path file = path.resolve(change.get(1).textValue());
    switch (change.get(0).textValue()) {
      case "write" -> {
        Files.createDirectories(file.getParent());
        Files.write(file, change.get(2).textValue().getBytes(StandardCharsets.UTF_8));
        long nanoseconds = new BigDecimal(change.get(3).asText()).movePointRight(6).longValueExact();
        Files.setLastModifiedTime(file, FileTime.from(nanoseconds, TimeUnit.NANOSECONDS));
      }
      case "move" ->
        Files.move(file, path.resolve(change.get(2).textValue()), StandardCopyOption.REPLACE_EXISTING);
      case "remove" -> {
        if (Files.exists(file)) CaseRun.delete(file);
      }
      case "makeDirectory" -> Files.createDirectories(file);
      default -> throw new IllegalArgumentException("unknown: " + change);
    }
  }

  /** The files that an input watches. */
  JavaDStream<Object> watch(JavaStreamingContext context, JsonNode watched) {
    String directory = path.resolve(watched.get("directory").textValue()).toString();
    switch (watched.get("operation").textValue()) {
      case "textFileStream": return context.textFileStream(directory).map(line -> line);
      case "binaryRecordsStream":
        return context.binaryRecordsStream(directory, watched.get("recordLength").intValue())
            .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1));
      default:
        return fileStream(context, directory, watched).map(
            pair -> new Tuple2<Object, Object>(pair._1().get(), pair._2().toString()));
    }
  }

  private static JavaPairInputDStream<LongWritable, Text> fileStream(
      JavaStreamingContext context, String directory, JsonNode watched) {
    Class<LongWritable> key = LongWritable.class;
    Class<Text> value = Text.class;
    Class<TextInputFormat> format = TextInputFormat.class;
    if (!watched.has("filter") && !watched.has("newFilesOnly")) return context.fileStream(directory, key, value, format);
    String filter = watched.path("filter").asText(null);
    Function<org.apache.hadoop.fs.Path, Boolean> accepts =
        file -> filter == null ? !file.getName().startsWith(".") : Functions.test(filter, file.getName());
    return context.fileStream(directory, key, value, format, accepts, watched.path("newFilesOnly").asBoolean(true));
  }
}
