package dstreams.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.UUID;

/** The name under which a producer's records are known across connections. */
final class ProducerId {
  private ProducerId() {}

  static String of(ClientOptions options) {
    if (!options.hasProducer) return null;
    if (options.producerFile != null) return kept(options.producerFile);
    return options.producerId != null ? options.producerId : made();
  }

  private static String made() {
    return UUID.randomUUID().toString().replace("-", "");
  }

  /** The id that this file holds; makes both when the file is missing. */
  private static String kept(Path file) {
    try {
      String kept = read(file);
      if (!kept.isEmpty()) return kept;
      Path folder = file.toAbsolutePath().getParent();
      Files.createDirectories(folder);
      String made = made();
      // Whole or not at all: a half-written name would be another producer.
      Path part = folder.resolve(file.getFileName() + "." + made + ".part");
      Files.writeString(part, made + "\n", StandardCharsets.US_ASCII);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return made;
    } catch (IOException error) {
      throw new GatewayException("INVALID", "producerFile " + file + ": " + error, 0, List.of(), error);
    }
  }

  private static String read(Path file) throws IOException {
    try {
      return Files.readString(file, StandardCharsets.US_ASCII).strip();
    } catch (NoSuchFileException error) {
      return "";
    }
  }
}
