package dstreams.client;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/** What is published: kept, numbered, sent as the credit allows, and sent again. */
final class Publishing {
  private static final Pattern STREAM = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  /** Refusals after which the same frame is sent again. */
  private static final Set<String> RETRIED = Set.of("FLOW", "RATE", "OUT_OF_ORDER", "STORAGE", "STOPPING");

  private static final long RETRY_MS = 100;

  private record Booked(long records, long bytes) {}

  private final Link link;
  private final Codec codec;
  private final long bufferBytesMax;
  private final AtomicLong buffered = new AtomicLong();
  private volatile Limits limits = Limits.DEFAULT;
  /** The rest belongs to the loop. */
  private final Map<String, Outbox> outboxes = new LinkedHashMap<>();

  private final Map<Long, Booked> inFlight = new HashMap<>();
  private Map<String, Object> last = Map.of();
  private boolean isOpen;
  /** -1: no producer id. */
  private long producerEpoch = -1;
  private long creditRecords;
  private long creditBytes;
  private long usedRecords;
  private long usedBytes;
  private boolean isPaused;
  /**
   * Frames that may be without an answer: one where the rate of the token was met, and then one more for each that is taken.
   */
  private long window = Integer.MAX_VALUE;

  private List<CompletableFuture<Void>> waiters = new ArrayList<>();

  Publishing(Link link, Codec codec, long bufferBytesMax) {
    this.link = link;
    this.codec = codec;
    this.bufferBytesMax = bufferBytesMax;
  }

  long buffered() {
    return buffered.get();
  }

  boolean isWaiting() {
    return !inFlight.isEmpty();
  }

  // --- on the caller's thread ---

  CompletableFuture<Receipt> publish(String stream, List<OutgoingRecord> records, Ack ack) {
    try {
      link.check();
      if (!STREAM.matcher(stream).matches())
        throw new GatewayException("INVALID", "'" + stream + "' is no name of a stream");
      if (records.isEmpty()) return CompletableFuture.completedFuture(new Receipt(stream, OptionalLong.empty()));
      int depthMax = (int) limits.depth();
      List<Codec.Packed> packed = new ArrayList<>(records.size());
      for (int index = 0; index < records.size(); index++) {
        try {
          packed.add(codec.pack(records.get(index), depthMax));
        } catch (GatewayException error) {
          throw GatewayException.ofRecord(error.code(), index, "cannot be sent: " + error.words());
        }
      }
      Limits cutFor = limits;
      List<Frame.Group> groups = Frame.cut(packed, cutFor);
      Frame.Ticket ticket = new Frame.Ticket(groups.size());
      long size = groups.stream().mapToLong(Frame.Group::size).sum();
      reserve(size);
      link.loop.run(
          () -> {
            GatewayException failure = link.failure();
            if (failure != null) {
              release(size);
              ticket.future.completeExceptionally(failure);
              return;
            }
            List<Frame.Group> fitting = groups;
            if (limits != cutFor) { // A session has begun meanwhile: what was cut for another one could end it.
              try {
                fitting = Frame.cut(packed, limits);
              } catch (GatewayException error) {
                release(size);
                ticket.future.completeExceptionally(error);
                return;
              }
              ticket.left = fitting.size();
            }
            Outbox outbox = outboxOf(stream);
            long first = 0;
            for (Frame.Group group : fitting) {
              outbox.add(new Frame(group, ack, ticket, first, 0));
              first += group.records().size();
            }
            pump();
          });
      return ticket.future;
    } catch (GatewayException error) {
      return CompletableFuture.failedFuture(error);
    }
  }

  /** A single publish may be larger than the buffer, when that is empty. */
  private void reserve(long size) {
    for (; ; ) {
      long before = buffered.get();
      if (before > 0 && before + size > bufferBytesMax) {
        throw new GatewayException(
            "BUFFER_FULL",
            before + " bytes wait for their acknowledgement, at most " + bufferBytesMax
                + " may (bufferBytesMax): wait for ready()");
      }
      if (buffered.compareAndSet(before, before + size)) return;
    }
  }

  // --- on the loop ---

  private void release(long size) {
    buffered.addAndGet(-size);
    wake();
  }

  /** Completes when at most so many bytes wait, exceptionally once the client has failed. */
  void whenAtMost(long bytes, CompletableFuture<Void> future) {
    if (buffered.get() <= bytes) future.complete(null);
    else if (link.failure() != null) future.completeExceptionally(link.failure());
    else {
      CompletableFuture<Void> waiter = new CompletableFuture<>();
      waiter.thenRun(() -> whenAtMost(bytes, future));
      waiters.add(waiter);
    }
  }

  private void wake() {
    if (waiters.isEmpty()) return;
    List<CompletableFuture<Void>> woken = waiters;
    waiters = new ArrayList<>();
    for (CompletableFuture<Void> waiter : woken) waiter.complete(null);
  }

  long lastSequence(String stream) {
    return last.get(stream) instanceof Number number ? number.longValue() : 0;
  }

  void opened(Message welcome) {
    Limits said = Limits.of(welcome.part("limits"));
    limits = said;
    Message credit = welcome.part("credit");
    creditRecords = credit.number("records");
    creditBytes = credit.number("bytes");
    usedRecords = usedBytes = 0;
    isPaused = false;
    window = Integer.MAX_VALUE;
    Message producer = welcome.partOrNull("producer");
    producerEpoch = producer == null ? -1 : producer.number("epoch");
    last = producer == null ? Map.of() : producer.part("last").fields();
    isOpen = true;
    for (Outbox outbox : outboxes.values()) {
      outbox.begin(producer == null ? -1 : lastSequence(outbox.stream), said);
    }
  }

  void closed() {
    isOpen = false;
    inFlight.clear();
  }

  void failed(GatewayException error) {
    for (Outbox outbox : outboxes.values()) outbox.fail(error);
    wake();
  }

  void credit(Message message) {
    creditRecords = Math.max(creditRecords, message.number("records"));
    creditBytes = Math.max(creditBytes, message.number("bytes"));
    pump();
  }

  void acked(Message message) {
    if (message.has("batchTime")) return; // Says in which batch they are, and acknowledges nothing new.
    inFlight.remove(message.number("id"));
    window++;
    outboxOf(message.text("stream")).acked(message.number("id"));
    pump();
  }

  void refused(Message message) {
    long id = message.number("id");
    String code = message.text("code");
    Outbox outbox = outboxOf(message.text("stream"));
    Booked booked = inFlight.remove(id);
    if ((code.equals("FLOW") || code.equals("INVALID")) && booked != null) { // Not booked by the server either.
      usedRecords -= booked.records;
      usedBytes -= booked.bytes;
    }
    if (code.equals("RATE")) window = 1;
    if (!RETRIED.contains(code)) {
      outbox.refused(id, new GatewayException(code, message.text("message"), 0, badOf(message), null));
    } else {
      outbox.again(id, message.number("expected", 0));
      if (!code.equals("OUT_OF_ORDER")) {
        isPaused = true;
        link.loop.later(
            message.number("retryMs", RETRY_MS),
            () -> {
              isPaused = false;
              pump();
            });
      }
    }
    pump();
  }

  private static List<BadRecord> badOf(Message message) {
    if (!message.has("bad")) return List.of();
    List<BadRecord> bad = new ArrayList<>();
    for (Object item : message.list("bad")) {
      Message one = new Message(Message.map(item, "bad"));
      bad.add(new BadRecord(one.number("index"), one.text("path"), one.text("message")));
    }
    return List.copyOf(bad);
  }

  private Outbox outboxOf(String stream) {
    Outbox outbox = outboxes.get(stream);
    if (outbox == null) {
      outbox = new Outbox(stream, this::release);
      outboxes.put(stream, outbox);
      if (isOpen && producerEpoch >= 0) outbox.begin(lastSequence(stream), limits);
    }
    return outbox;
  }

  /** Sends what the credit allows. */
  void pump() {
    if (!isOpen || isPaused) return;
    boolean hasSequence = producerEpoch >= 0;
    for (Outbox outbox = nextOutbox(); outbox != null; outbox = nextOutbox()) {
      Frame frame = outbox.peek();
      long records = usedRecords + frame.records.size();
      // An upper bound of its bytes, as credit is counted before it is encoded.
      if (records > creditRecords || usedBytes + frame.size + Frame.HEAD_BYTES > creditBytes) return;
      if (inFlight.size() >= Math.min(limits.unackedFrames(), window)) return;
      long id = link.newId();
      outbox.take(id, hasSequence);
      Message head = Message.of("pub").with("id", id).with("stream", outbox.stream).with("ack", frame.ack.wire);
      if (hasSequence) head.with("pe", producerEpoch).with("seq", frame.seq);
      Codec.Payload payload = codec.pubFrame(head, frame.records);
      usedRecords = records;
      usedBytes += payload.size();
      inFlight.put(id, new Booked(frame.records.size(), payload.size()));
      link.post(payload);
      outboxes.remove(outbox.stream); // To the end.
      outboxes.put(outbox.stream, outbox);
    }
  }

  /** A frame of each stream in turn: none waits for all that another one has. */
  private Outbox nextOutbox() {
    for (Outbox outbox : outboxes.values()) if (outbox.peek() != null) return outbox;
    return null;
  }
}
