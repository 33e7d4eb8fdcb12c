package dstreams.client;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Publishes while a session begins whose limits are smaller: says how many records each frame has. */
final class LateLimits {
  private LateLimits() {}

  /** Frames as JSON, which are counted. */
  private static final class Counting extends Codec {
    private final Codec json = Codec.of("json");
    private final List<Integer> frames = new ArrayList<>();

    @Override
    String subprotocol() {
      return json.subprotocol();
    }

    @Override
    Payload encode(Message message) {
      return json.encode(message);
    }

    @Override
    Message decode(Payload frame) {
      return json.decode(frame);
    }

    @Override
    Packed pack(OutgoingRecord record, int depthMax) {
      return json.pack(record, depthMax);
    }

    @Override
    Payload pubFrame(Message head, List<Packed> records) {
      frames.add(records.size());
      return json.pubFrame(head, records);
    }
  }

  /** The address of nobody. */
  public static void main(String[] args) throws Exception {
    Link link = new Link(URI.create(args[0]), ClientOptions.defaults());
    Counting codec = new Counting();
    Publishing publishing = new Publishing(link, codec, 1 << 20);
    CompletableFuture<Void> isCut = new CompletableFuture<>();
    link.loop.run(
        () -> {
          isCut.join();
          publishing.opened(welcome(1));
        });
    publishing.publish("numbers", List.of(OutgoingRecord.of(1), OutgoingRecord.of(2)), Ack.MEMORY);
    isCut.complete(null);
    CompletableFuture<Void> isOver = new CompletableFuture<>();
    link.loop.run(() -> isOver.complete(null));
    isOver.join();
    System.out.println(codec.frames);
    link.close(java.time.Duration.ZERO).join();
  }

  private static Message welcome(long recordsPerFrame) {
    Map<String, Object> limits =
        Map.of(
            "frameBytes", 1L << 20, "recordBytes", 1L << 18, "recordsPerFrame", recordsPerFrame, "itemsPerFrame", 200_000L,
            "unackedFrames", 64L, "unackedBytes", 8L << 20, "creditRecords", 1000L, "depth", 32L);
    return Message.of("welcome").with("limits", limits).with("credit", Map.of("records", 1000L, "bytes", 8L << 20));
  }
}
