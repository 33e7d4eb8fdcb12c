package dstreams.client;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * One WebSocket, from its beginning to its end, of which {@link Owner} is told once, whatever happens.
 *
 * <p>{@code java.net.http} does not always say that a connection broke, so it is not relied upon: who waits for an answer
 * in a silence probes with a ping each second, whose failure ends the connection, and who hears nothing for long after a
 * ping ends it as well.
 */
final class Connection implements WebSocket.Listener {
  /** Is called on the loop only. */
  interface Owner {
    void opened();

    void received(Codec.Payload frame);

    /** {@code code}: the close code, or 0. {@code isFinal}: trying again would be no use. */
    void closed(int code, String reason, boolean isFinal);

    /** Whether something was sent that will be answered. */
    boolean isWaiting();
  }

  /** Until the answer to the request for a WebSocket is here whole. Less in a test. */
  static Duration connectTimeout = Duration.ofSeconds(10);

  private static final long CLOSE_MS = 1_000;
  private static final long PROBE_MS = 1_000;
  private static final int HEARTBEAT_LOST = 4009;
  private static final int TOO_BIG = 1009;

  private final Loop loop;
  private final Owner owner;
  private final boolean isBinary;
  private final long frameBytesMax;
  private final ArrayDeque<Codec.Payload> outgoing = new ArrayDeque<>();
  private WebSocket socket;
  private boolean isSending;
  private boolean isPinging;
  private boolean isOver;
  /** Of the message that is coming in; used by the listener's calls only, of which there is one at a time. */
  private final StringBuilder text = new StringBuilder();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private volatile long heardNanos = System.nanoTime();
  /** Of the first ping since something was heard; 0: none. */
  private volatile long probedNanos;
  private long idleMs = connectTimeout.toMillis();
  private long deadMs = connectTimeout.toMillis();

  Connection(Loop loop, Owner owner, boolean isBinary, long frameBytesMax) {
    this.loop = loop;
    this.owner = owner;
    this.isBinary = isBinary;
    this.frameBytesMax = frameBytesMax;
  }

  void open(HttpClient http, URI url, String subprotocol) {
    CompletableFuture<WebSocket> opening;
    try {
      opening =
          http.newWebSocketBuilder().connectTimeout(connectTimeout).subprotocols(subprotocol).buildAsync(url, this);
    } catch (IllegalArgumentException error) {
      over(0, url + ": " + error.getMessage(), true);
      return;
    }
    opening.whenComplete(
        (made, error) ->
            loop.run(
                () -> {
                  if (error != null) refused(error);
                  else if (!made.getSubprotocol().equals(subprotocol)) {
                    made.abort();
                    over(0, url + " does not speak " + subprotocol, true);
                  } else if (isOver) made.abort();
                  else {
                    socket = made;
                    owner.opened();
                    beat();
                  }
                }));
  }

  /** What the server says of its heartbeat: it is asked for a sign after half of it without one. */
  void heartbeat(long everyMs, long deadMs) {
    this.idleMs = Math.max(1, everyMs / 2);
    this.deadMs = Math.min(2 * everyMs, deadMs);
  }

  void send(Codec.Payload frame) {
    if (isOver) return;
    outgoing.add(frame);
    pump();
  }

  /** Says goodbye; whatever is not sent yet is not sent any more. */
  void close() {
    if (isOver) return;
    isOver = true;
    WebSocket closing = socket;
    if (closing == null) return;
    closing
        .sendClose(WebSocket.NORMAL_CLOSURE, "")
        .orTimeout(CLOSE_MS, TimeUnit.MILLISECONDS)
        .whenComplete(
            (ws, error) ->
                // The server's own close ends it, or this does.
                CompletableFuture.delayedExecutor(error == null ? CLOSE_MS : 0, TimeUnit.MILLISECONDS)
                    .execute(closing::abort));
  }

  private void pump() {
    if (isSending || outgoing.isEmpty() || socket == null) return;
    isSending = true;
    Codec.Payload frame = outgoing.remove();
    CompletableFuture<WebSocket> sent =
        frame.text() == null
            ? socket.sendBinary(ByteBuffer.wrap(frame.bytes()), true)
            : socket.sendText(frame.text(), true);
    sent.whenComplete(
        (ws, error) ->
            loop.run(
                () -> {
                  isSending = false;
                  if (error != null) broken(error);
                  else pump();
                }));
  }

  private void beat() {
    if (isOver) return;
    long now = System.nanoTime();
    long silentMs = TimeUnit.NANOSECONDS.toMillis(now - heardNanos);
    long probed = probedNanos;
    if (probed != 0 && TimeUnit.NANOSECONDS.toMillis(now - probed) >= deadMs) {
      over(HEARTBEAT_LOST, "heartbeat lost: nothing heard for " + silentMs + " ms", false);
      return;
    }
    if (silentMs >= (owner.isWaiting() ? Math.min(PROBE_MS, idleMs) : idleMs)) probe(now);
    loop.later(Math.min(PROBE_MS, idleMs), this::beat);
  }

  private void probe(long now) {
    if (probedNanos == 0) probedNanos = now == 0 ? 1 : now;
    if (isPinging) return;
    isPinging = true;
    socket
        .sendPing(ByteBuffer.allocate(0))
        .whenComplete(
            (ws, error) ->
                loop.run(
                    () -> {
                      isPinging = false;
                      if (error != null) broken(error);
                    }));
  }

  private void broken(Throwable error) {
    over(0, String.valueOf(error), false);
  }

  private void refused(Throwable error) {
    Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    if (cause instanceof WebSocketHandshakeException handshake && handshake.getResponse() != null) {
      int status = handshake.getResponse().statusCode();
      boolean isFinal = status >= 400 && status < 500 && status != 408 && status != 429;
      over(0, "HTTP " + status, isFinal);
    } else over(0, String.valueOf(cause), false);
  }

  private void over(int code, String reason, boolean isFinal) {
    if (isOver) return;
    isOver = true;
    outgoing.clear();
    if (socket != null) socket.abort();
    owner.closed(code, reason, isFinal);
  }

  private void heard() {
    heardNanos = System.nanoTime();
    probedNanos = 0;
  }

  // --- what java.net.http says, on threads of its own, one call after the other ---

  @Override
  public CompletionStage<?> onText(WebSocket ws, CharSequence data, boolean isLast) {
    heard();
    if (isBinary || text.length() + data.length() > frameBytesMax) return tooBig();
    text.append(data);
    if (!isLast) {
      ws.request(1);
      return null;
    }
    Codec.Payload frame = Codec.received(text.toString());
    text.setLength(0);
    if (text.capacity() > 1 << 20) text.trimToSize();
    deliver(ws, frame);
    return null;
  }

  @Override
  public CompletionStage<?> onBinary(WebSocket ws, ByteBuffer data, boolean isLast) {
    heard();
    if (!isBinary || bytes.size() + data.remaining() > frameBytesMax) return tooBig();
    byte[] piece = new byte[data.remaining()];
    data.get(piece);
    bytes.writeBytes(piece);
    if (!isLast) {
      ws.request(1);
      return null;
    }
    Codec.Payload frame = Codec.received(bytes.toByteArray());
    bytes.reset();
    deliver(ws, frame);
    return null;
  }

  /** The next one is asked for when this one is done with: so a server cannot fill this process. */
  private void deliver(WebSocket ws, Codec.Payload frame) {
    loop.run(
        () -> {
          if (isOver) return;
          owner.received(frame);
          ws.request(1);
        });
  }

  private CompletionStage<?> tooBig() {
    loop.run(() -> over(TOO_BIG, "a frame of more than " + frameBytesMax + " bytes, or of the other form", false));
    return null;
  }

  @Override
  public CompletionStage<?> onPing(WebSocket ws, ByteBuffer message) {
    heard();
    ws.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onPong(WebSocket ws, ByteBuffer message) {
    heard();
    ws.request(1);
    return null;
  }

  @Override
  public CompletionStage<?> onClose(WebSocket ws, int code, String reason) {
    loop.run(() -> over(code, reason, false));
    return null;
  }

  @Override
  public void onError(WebSocket ws, Throwable error) {
    loop.run(() -> broken(error));
  }
}
