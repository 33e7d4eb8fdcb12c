package dstreams.client;

import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Who the client is, and what may wait. Each method returns these options, changed. */
public final class ClientOptions implements Cloneable {
  /** As in the other clients, where timers have no more. */
  private static final Duration BACKOFF_MAX = Duration.ofMillis(Integer.MAX_VALUE);

  String token;
  Supplier<String> tokenSupplier;
  String producerId;
  Path producerFile;
  boolean hasProducer = true;
  String codec = "json";
  long bufferBytesMax = 64 << 20;
  long frameBytesMax = 64 << 20;
  Duration backoff = Duration.ofMillis(200);
  Duration backoffMax = Duration.ofSeconds(15);
  String name = "dstreams-java";
  Consumer<Status> onStatus = status -> {};
  HttpClient http;

  private ClientOptions() {}

  /** As documented at each method. */
  public static ClientOptions defaults() {
    return new ClientOptions();
  }

  /** A token or ticket. Default: none. */
  public ClientOptions token(String token) {
    this.token = token;
    this.tokenSupplier = null;
    return this;
  }

  /** Is asked for each connection, on a thread of the common pool, so that an expired token can be replaced. */
  public ClientOptions token(Supplier<String> token) {
    this.tokenSupplier = token;
    this.token = null;
    return this;
  }

  /**
   * Names this client's records across connections, so that a resend does no harm. Default: one is made for this client.
   * One running client for each id: a second one takes the name over, and the first is closed (4511).
   */
  public ClientOptions producerId(String id) {
    this.producerId = id;
    this.hasProducer = true;
    return this;
  }

  /** The id is kept in this file, so that it is the same in the next run; both are made where they are missing. */
  public ClientOptions producerFile(Path file) {
    this.producerFile = file;
    this.hasProducer = true;
    return this;
  }

  /** No id: records are published at least once. */
  public ClientOptions withoutProducer() {
    this.hasProducer = false;
    return this;
  }

  /** {@code "json"} (default) or {@code "msgpack"}, which is smaller for bytes and numbers. */
  public ClientOptions codec(String codec) {
    this.codec = codec;
    return this;
  }

  /** Bytes of records that may wait for their acknowledgement; default 64 MiB. Beyond it {@code BUFFER_FULL}. */
  public ClientOptions bufferBytesMax(long bytes) {
    this.bufferBytesMax = positive("bufferBytesMax", bytes);
    return this;
  }

  /** The largest frame that is taken from the server; default 64 MiB. */
  public ClientOptions frameBytesMax(long bytes) {
    this.frameBytesMax = positive("frameBytesMax", bytes);
    return this;
  }

  /**
   * The first and the longest wait before it connects again: defaults 200 ms and 15 s. The bound doubles with each
   * attempt, until a connection has shown to be good: something came over it, or it lasted for a heartbeat. The wait is
   * chosen by chance between half of the bound and all of it.
   */
  public ClientOptions backoff(Duration first, Duration longest) {
    if (first.compareTo(Duration.ofMillis(1)) < 0 || longest.compareTo(first) < 0 || longest.compareTo(BACKOFF_MAX) > 0)
      throw new GatewayException(
          "INVALID",
          "backoff is " + first + " and " + longest + ": the first must be 1 ms at least and not above the longest, and that "
              + BACKOFF_MAX + " at most");
    this.backoff = first;
    this.backoffMax = longest;
    return this;
  }

  /** Shown by the server. */
  public ClientOptions name(String name) {
    this.name = name;
    return this;
  }

  /** Told of each change of the connection, on the client's thread: it must not wait there. What it throws is logged. */
  public ClientOptions onStatus(Consumer<Status> onStatus) {
    this.onStatus = onStatus;
    return this;
  }

  /** For TLS of your own, a proxy, an executor. Default: one for all clients of the process. */
  public ClientOptions http(HttpClient http) {
    this.http = http;
    return this;
  }

  static long positive(String name, long value) {
    if (value <= 0) throw new GatewayException("INVALID", name + " is " + value + ", it must be above 0");
    return value;
  }

  ClientOptions copy() {
    try {
      return (ClientOptions) clone();
    } catch (CloneNotSupportedException error) {
      throw new AssertionError(error);
    }
  }
}
