package dstreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/**
 * A connection to a gateway that comes back by itself: publishes and subscribes. Safe to use from several threads.
 *
 * <p><b>What may be sent:</b> null, booleans, text, integers of any size, {@code Double} and {@code Float} (NaN and
 * infinities too), {@code byte[]} and {@code ByteBuffer}, points in time ({@code Instant}, {@code Date},
 * {@code OffsetDateTime}, {@code ZonedDateTime}: ISO text in UTC, ms), {@code LocalDate}, enums (by name),
 * {@code Optional}, arrays and {@code Iterable}s, maps with keys of text, {@code Map.Entry} (a pair), records (by their
 * components). <b>What comes:</b> null, {@code Boolean}, {@code String}, {@code Long} (beyond its range
 * {@code BigInteger}), {@code Double}, {@code byte[]}, {@code List}, {@code Map<String, Object>}. Numbers have one type on the
 * other side: a {@code 2.0} comes back as {@code Long}, so read them as {@code Number}.
 *
 * <p><b>Waiting:</b> each method has a form that waits and one that returns a future. What follows on a future, and
 * {@code onStatus}, runs on the client's own thread, where waiting is refused with {@code IllegalStateException}.
 */
public final class GatewayClient implements AutoCloseable {
  private static final Duration CLOSE_AT_MOST = Duration.ofSeconds(10);

  private final URI url;
  private final ClientOptions options;
  private final Link link;

  private GatewayClient(URI url, ClientOptions options) {
    this.url = url;
    this.options = options;
    this.link = new Link(url, options);
  }

  /** A client of the gateway at {@code ws://host:8090/}, with the default options. */
  public static GatewayClient connect(String url) {
    return connect(url, ClientOptions.defaults());
  }

  /**
   * Returns at once: the connection is made meanwhile, and whatever is asked for waits for it. Throws
   * {@code INVALID} for what is no address of a WebSocket.
   */
  public static GatewayClient connect(String url, ClientOptions options) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (java.net.URISyntaxException error) {
      throw new GatewayException("INVALID", url + ": " + error.getMessage(), 0, List.of(), error);
    }
    if (uri.getHost() == null || !("ws".equals(uri.getScheme()) || "wss".equals(uri.getScheme())))
      throw new GatewayException("INVALID", url + " is no address such as ws://host:8090/ or wss://host/");
    return new GatewayClient(uri, options.copy());
  }

  /** The name of this client's records; empty: they are published at least once. */
  public Optional<String> producerId() {
    return Optional.ofNullable(link.producerId);
  }

  /** The gateway's address, as it was given. */
  public String url() {
    return url.toString();
  }

  /** Bytes of records that wait for their acknowledgement. */
  public long buffered() {
    return link.publishing.buffered();
  }

  // --- publishing ---

  /** As {@link #publish(String, List, Ack)}, until the records are safe. */
  public Receipt publish(String stream, List<?> values) throws InterruptedException {
    return publish(stream, values, Ack.DURABLE);
  }

  /**
   * Publishes values, in this order, as one step where they fit one frame; returns when all are acknowledged, and survives
   * reconnects. Throws {@link GatewayException}: {@code SCHEMA} with {@link GatewayException#bad()} and the other
   * refusals, {@code BUFFER_FULL}, {@code INVALID}, {@code TOO_LARGE}, {@code CLOSED}. An interrupt does not take the
   * records back.
   */
  public Receipt publish(String stream, List<?> values, Ack ack) throws InterruptedException {
    return link.await(publishAsync(stream, values, ack));
  }

  /** As {@code publish}, so long at most: after {@code TimeoutException} the records are still being sent. */
  public Receipt publish(String stream, List<?> values, Ack ack, Duration atMost)
      throws InterruptedException, TimeoutException {
    return link.await(publishAsync(stream, values, ack), atMost);
  }

  /** As {@link #publish(String, List)}, of records with keys, times and headers. */
  public Receipt publishRecords(String stream, List<OutgoingRecord> records, Ack ack) throws InterruptedException {
    return link.await(publishRecordsAsync(stream, records, ack));
  }

  /** As {@link #publish(String, List)}, without waiting: order is the order of the calls. */
  public CompletableFuture<Receipt> publishAsync(String stream, List<?> values) {
    return publishAsync(stream, values, Ack.DURABLE);
  }

  /** As {@link #publish(String, List, Ack)}, without waiting: order is the order of the calls. */
  public CompletableFuture<Receipt> publishAsync(String stream, List<?> values, Ack ack) {
    List<OutgoingRecord> records = new ArrayList<>(values.size());
    for (Object value : values) records.add(OutgoingRecord.of(value));
    return publishRecordsAsync(stream, records, ack);
  }

  /** As {@link #publishRecords}, without waiting: order is the order of the calls. */
  public CompletableFuture<Receipt> publishRecordsAsync(String stream, List<OutgoingRecord> records, Ack ack) {
    return link.publishing.publish(stream, records, ack);
  }

  /** Waits until less than half of the buffer is in use. Throws once the client has failed. */
  public void ready() throws InterruptedException {
    link.await(readyAsync());
  }

  /** As {@link #ready()}. */
  public CompletableFuture<Void> readyAsync() {
    CompletableFuture<Void> future = new CompletableFuture<>();
    link.loop.run(
        () -> {
          if (link.failure() != null) future.completeExceptionally(link.failure());
          else link.publishing.whenAtMost(options.bufferBytesMax / 2, future);
        });
    return future;
  }

  /**
   * The last sequence of this producer that the server had safe when the connection began, 0 where none. A producer whose
   * sequence is its position in a source of its own goes on there, after its own end too.
   */
  public long lastSequence(String stream) throws InterruptedException {
    return link.await(lastSequenceAsync(stream));
  }

  /** As {@link #lastSequence}. */
  public CompletableFuture<Long> lastSequenceAsync(String stream) {
    CompletableFuture<Long> future = new CompletableFuture<>();
    link.whenOpen(future, () -> future.complete(link.publishing.lastSequence(stream)));
    return future;
  }

  // --- subscribing ---

  /** The batches of a stream from now on. */
  public Subscription subscribe(String stream) {
    return subscribe(stream, SubscribeOptions.latest());
  }

  /** The batches of a stream. Resumes by itself after a reconnect. */
  public Subscription subscribe(String stream, SubscribeOptions options) {
    return link.subscribe(stream, options);
  }

  // --- asking ---

  /**
   * The streams that the token may use. Waits for the connection, and survives reconnects. Throws {@link GatewayException}:
   * {@code CLOSED} and {@code ENDED} where none comes any more, {@code BUFFER_FULL} where 32 questions wait already.
   */
  public List<StreamDescription> describe() throws InterruptedException {
    return link.await(describeAsync());
  }

  /** As {@link #describe()}. */
  public CompletableFuture<List<StreamDescription>> describeAsync() {
    return link.ask(Message.of("describe"), null)
        .thenApply(
            answer -> {
              List<StreamDescription> streams = new ArrayList<>();
              for (Object item : answer.list("streams")) {
                Map<String, Object> details = Message.map(item, "streams");
                Message said = new Message(details);
                streams.add(new StreamDescription(said.text("stream"), said.text("direction").equals("in"), details));
              }
              return streams;
            });
  }

  /**
   * Gives the server a fresh token, without a reconnect; kept for the next one where the option was a text. Waits and throws
   * as {@link #describe} does; with close code 4501 where the token is refused, 4503 where it takes away the right to what
   * is subscribed: that ends the client. With 4010 where it has expired: that ends the client too, unless the option is a
   * supplier, which is asked for another one.
   */
  public void authenticate(String token) throws InterruptedException {
    link.await(authenticateAsync(token));
  }

  /** As {@link #authenticate}. */
  public CompletableFuture<Void> authenticateAsync(String token) {
    return link.authenticate(token);
  }

  /**
   * Waits for what is not acknowledged yet, at most 10 s, and ends: whatever waits learns of it by {@code ENDED}.
   * Idempotent. An interrupt ends the waiting, and leaves the thread's interrupted status set.
   */
  @Override
  public void close() {
    close(CLOSE_AT_MOST);
  }

  /** As {@link #close()}, with a bound of one's own. */
  public void close(Duration atMost) {
    try {
      link.await(closeAsync(atMost));
    } catch (InterruptedException error) {
      closeAsync(Duration.ZERO);
      Thread.currentThread().interrupt();
    }
  }

  /** As {@link #close(Duration)}. */
  public CompletableFuture<Void> closeAsync(Duration atMost) {
    return link.close(atMost);
  }

  @Override
  public String toString() {
    return "GatewayClient[" + url + "]";
  }
}
