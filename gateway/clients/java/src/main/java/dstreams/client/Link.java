package dstreams.client;

import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The connection that comes back by itself, and what goes over it. All but the waiting belongs to the loop. */
final class Link implements Connection.Owner {
  private static final int TOKEN_EXPIRED = 4010;
  /** Less in a test. */
  static long welcomeMs = 10_000;
  /** Questions that may wait for their answers: no more than a server takes in one second, beside subscriptions. */
  private static final int QUESTIONS_MAX = 32;
  private static final System.Logger LOG = System.getLogger("dstreams.client");

  /** One for all clients: each has threads of its own. */
  private static final class SharedHttp {
    static final HttpClient CLIENT = HttpClient.newHttpClient();
  }

  /** Waits across connections: asked again on each until it is answered. {@code token}: the one to be taken; or null. */
  private record Question(String token, Message message, CompletableFuture<Message> answer) {}

  final Loop loop = new Loop("dstreams-client");
  final String producerId;
  final Publishing publishing;
  private final URI url;
  private final ClientOptions options;
  private final Codec codec;
  private final Set<Subscription> subscriptions = new LinkedHashSet<>();
  private final Map<Long, Subscription> starting = new HashMap<>();
  private final Map<Long, Subscription> bySub = new HashMap<>();
  private final Map<Long, Question> questions = new LinkedHashMap<>();
  private volatile GatewayException failure;
  private Connection connection;
  private boolean isOpen;
  private List<Runnable> onOpen = new ArrayList<>();
  private ScheduledFuture<?> timer;
  /** What the server was told last on this connection, or was going to be. */
  private String token;
  /** Given to {@link #authenticate}: for the connections after it, or for the next one where there is a supplier. */
  private String freshToken;
  private long nextId = 1;
  /**
   * Since a connection has shown to be good: by what came over it, or as it lasted for a heartbeat. One that is taken and
   * closed at once has not.
   */
  int attempt;

  /** When this connection has lasted. */
  private long goodNanos;
  private long goawayMs;

  Link(URI url, ClientOptions options) {
    this.url = url;
    this.options = options;
    this.codec = Codec.of(options.codec);
    this.producerId = ProducerId.of(options);
    this.publishing = new Publishing(this, codec, options.bufferBytesMax);
    loop.run(this::connect);
  }

  // --- waiting, on the caller's thread ---

  /** The result, or the failure with the stack of who waited. */
  <T> T await(CompletableFuture<T> future) throws InterruptedException {
    refuseHere(future);
    try {
      future.get();
    } catch (ExecutionException | CancellationException error) {
      // Said by what follows.
    }
    return result(future);
  }

  <T> T await(CompletableFuture<T> future, Duration atMost) throws InterruptedException, TimeoutException {
    refuseHere(future);
    try {
      future.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException | CancellationException error) {
      // Said by what follows.
    }
    return result(future);
  }

  private void refuseHere(CompletableFuture<?> future) {
    if (loop.isHere() && !future.isDone())
      throw new IllegalStateException("this is the client's own thread: waiting here would wait for ever, use the Async form");
  }

  /** Of a future that is done. */
  static <T> T result(CompletableFuture<T> future) {
    try {
      return future.getNow(null);
    } catch (RuntimeException error) {
      if (error.getCause() instanceof GatewayException gateway) throw gateway.here();
      throw error;
    }
  }

  // --- what the program asks for ---

  GatewayException failure() {
    return failure;
  }

  void check() {
    if (failure != null) throw failure;
  }

  /** On the loop, once the connection is open; {@code future} fails when it never will be. */
  void whenOpen(CompletableFuture<?> future, Runnable work) {
    loop.run(
        () -> {
          if (failure != null) future.completeExceptionally(failure);
          else if (isOpen) work.run();
          else
            onOpen.add(
                () -> {
                  if (failure == null) work.run();
                  else future.completeExceptionally(failure);
                });
        });
  }

  /**
   * Completes with the answer, of this connection or a later one. {@code fresh}: a token that goes out ahead of it, and once;
   * later connections begin with it; or null.
   */
  CompletableFuture<Message> ask(Message message, String fresh) {
    CompletableFuture<Message> answer = new CompletableFuture<>();
    loop.run(
        () -> {
          if (failure != null) answer.completeExceptionally(failure);
          else if (questions.size() >= QUESTIONS_MAX)
            answer.completeExceptionally(
                new GatewayException(
                    "BUFFER_FULL", QUESTIONS_MAX + " questions wait for their answers, more may not: await them"));
          else {
            long id = newId();
            questions.put(id, new Question(fresh, message.with("id", id), answer));
            if (fresh != null) freshToken = fresh;
            if (isOpen) {
              sayFresh();
              post(message);
            }
          }
        });
    return answer;
  }

  /** The server is told of a token that came after this connection was begun. */
  private void sayFresh() {
    if (!hasNewer()) return;
    token = freshToken;
    post(Message.of("auth").with("token", freshToken));
  }

  private boolean hasNewer() {
    return freshToken != null && !freshToken.equals(token);
  }

  /** Completes when the server has taken the token or a newer one, on this connection or, should it break, a later one. */
  CompletableFuture<Void> authenticate(String fresh) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    // Frames are answered in order, and a token that is refused ends the connection.
    ask(Message.of("ping"), fresh)
        .whenComplete(
            (pong, error) ->
                loop.run(
                    () -> {
                      if (options.tokenSupplier != null && fresh.equals(freshToken)) freshToken = null;
                      if (error == null) done.complete(null);
                      else done.completeExceptionally(error);
                    }));
    return done;
  }

  Subscription subscribe(String stream, SubscribeOptions how) {
    Subscription subscription = new Subscription(stream, how, this, this::forget);
    loop.run(
        () -> {
          subscriptions.add(subscription);
          if (failure != null) subscription.over(failure);
          else if (isOpen) begin(subscription);
        });
    return subscription;
  }

  private void forget(Subscription subscription) {
    subscriptions.remove(subscription);
    bySub.values().remove(subscription);
  }

  /** Completes when everything is acknowledged or the time is over, and the client is closed. */
  CompletableFuture<Void> close(Duration atMost) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    CompletableFuture<Void> empty = new CompletableFuture<>();
    loop.run(() -> publishing.whenAtMost(0, empty));
    if (atMost.isZero()) loop.run(() -> empty.complete(null));
    else {
      ScheduledFuture<?> late = loop.later(atMost.toMillis(), () -> empty.complete(null));
      empty.whenComplete((nothing, error) -> late.cancel(false));
    }
    empty.whenComplete(
        (nothing, error) ->
            loop.run(
                () -> {
                  List.copyOf(subscriptions).forEach(Subscription::end);
                  end(new GatewayException("ENDED", "the client was closed"), Status.of(Status.State.CLOSED, 0, ""));
                  done.complete(null);
                }));
    return done;
  }

  // --- the connection ---

  long newId() {
    return nextId++;
  }

  void post(Message message) {
    if (connection != null) post(codec.encode(message));
  }

  void post(Codec.Payload frame) {
    if (connection != null) connection.send(frame);
  }

  private void connect() {
    if (failure != null) return;
    tell(Status.of(Status.State.CONNECTING, 0, ""));
    CompletableFuture<String> given =
        options.tokenSupplier == null || freshToken != null
            ? CompletableFuture.completedFuture(freshToken == null ? options.token : freshToken)
            : CompletableFuture.supplyAsync(options.tokenSupplier);
    given.whenComplete(
        (word, error) ->
            loop.run(
                () -> {
                  if (failure != null) return;
                  token = word;
                  if (error != null) wait(0, "no token: " + error);
                  else open();
                }));
  }

  private void open() {
    Connection opening = new Connection(loop, this, options.codec.equals("msgpack"), options.frameBytesMax);
    connection = opening;
    opening.open(options.http == null ? SharedHttp.CLIENT : options.http, url, codec.subprotocol());
  }

  @Override
  public boolean isWaiting() {
    return !isOpen || publishing.isWaiting() || !questions.isEmpty() || !starting.isEmpty();
  }

  @Override
  public void opened() {
    Message hello =
        Message.of("hello").with("v", 1).with("client", Map.of("name", options.name, "version", "0.1.0"));
    if (freshToken != null) token = freshToken;
    if (token != null) hello.with("token", token);
    if (producerId != null) hello.with("producer", Map.of("id", producerId));
    post(hello);
    Connection greeted = connection;
    loop.later(
        welcomeMs,
        () -> {
          if (connection == greeted && !isOpen) broken("no welcome within " + welcomeMs + " ms");
        });
  }

  @Override
  public void closed(int code, String reason, boolean isFinal) {
    GatewayException error = isFinal ? new GatewayException("CLOSED", url + ": " + reason) : forGood(code, reason);
    lost();
    if (failure != null) return;
    if (error == null && code == TOKEN_EXPIRED && freshToken != null && !hasNewer()) forgetToken(reason);
    if (error == null) wait(code, reason);
    else end(error, Status.of(Status.State.CLOSED, code, reason));
  }

  /** The fresh token has expired: the supplier is asked for the next one, and who gave this one is told. */
  private void forgetToken(String reason) {
    freshToken = null;
    List<Question> told = questions.values().stream().filter(question -> question.token() != null).toList();
    questions.values().removeAll(told);
    String message = "the gateway does not take the token: " + TOKEN_EXPIRED + " " + reason;
    GatewayException error = new GatewayException("CLOSED", message, TOKEN_EXPIRED, List.of(), null);
    for (Question question : told) question.answer().completeExceptionally(error);
  }

  /** null: another connection may be tried. */
  private GatewayException forGood(int code, String reason) {
    boolean canRenew = code == TOKEN_EXPIRED && (hasNewer() || options.tokenSupplier != null);
    if (canRenew || ((code < 4500 || code >= 5000) && code != TOKEN_EXPIRED)) return null;
    String message = "the gateway ended the connection for good: " + code + " " + reason;
    return new GatewayException("CLOSED", message, code, List.of(), null);
  }

  /** Ends this connection, and tries another one. */
  private void broken(String reason) {
    Connection ending = connection;
    if (ending != null) ending.close();
    closed(0, reason, false);
  }

  private void lost() {
    if (isOpen && System.nanoTime() - goodNanos >= 0) attempt = 0;
    connection = null;
    isOpen = false;
    publishing.closed();
    bySub.clear();
    starting.clear();
    subscriptions.forEach(Subscription::pause);
  }

  private void wait(int code, String reason) {
    long longest =
        Math.min(options.backoffMax.toMillis(), options.backoff.toMillis() << Math.min(attempt, 20));
    attempt++;
    long waitMs = goawayMs + Math.round(longest * ThreadLocalRandom.current().nextDouble(0.5, 1));
    goawayMs = 0;
    timer = loop.later(waitMs, this::connect);
    tell(Status.of(Status.State.WAITING, code, reason));
  }

  private void end(GatewayException error, Status status) {
    if (failure != null) return;
    failure = error;
    if (timer != null) timer.cancel(false);
    publishing.failed(error);
    for (Subscription subscription : List.copyOf(subscriptions)) subscription.over(error);
    if (connection != null) connection.close();
    lost();
    List<Question> unanswered = List.copyOf(questions.values());
    questions.clear();
    for (Question question : unanswered) question.answer().completeExceptionally(error);
    whoWaited();
    tell(status);
  }

  private void whoWaited() {
    List<Runnable> waiting = onOpen;
    onOpen = new ArrayList<>();
    waiting.forEach(Runnable::run);
  }

  private void tell(Status status) {
    try {
      options.onStatus.accept(status);
    } catch (Throwable error) { // The connection goes on: it is not its fault.
      LOG.log(System.Logger.Level.ERROR, "onStatus failed", error);
    }
  }

  // --- what the server says ---

  @Override
  public void received(Codec.Payload frame) {
    try {
      received(codec.decode(frame), frame.size());
    } catch (GatewayException error) {
      broken(error.getMessage()); // None of this protocol: perhaps the next connection is.
    }
  }

  private void received(Message message, int size) {
    switch (message.type()) {
      case "batch" -> {
        attempt = 0;
        Subscription subscription = bySub.get(message.number("sub"));
        if (subscription != null) subscription.received(message, size);
      }
      case "puback" -> {
        attempt = 0;
        publishing.acked(message);
      }
      case "puberr" -> publishing.refused(message);
      case "credit" -> {
        if (!message.has("sub")) publishing.credit(message);
      }
      case "welcome" -> welcomed(message);
      case "subok" -> subscribed(message);
      case "gap" -> {
        Subscription subscription = bySub.get(message.number("sub"));
        if (subscription != null) subscription.gapped(message);
      }
      case "described", "pong" -> {
        Question question = questions.remove(message.number("id", 0));
        if (question != null) question.answer().complete(message);
      }
      case "goaway" -> goawayMs = message.number("retryMs");
      case "err" -> erred(message);
      case "ping" -> post(Message.of("pong"));
      default -> {} // Of a later version.
    }
  }

  private void welcomed(Message message) {
    long heartbeatMs = message.number("heartbeatMs");
    goodNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(heartbeatMs);
    isOpen = true;
    connection.heartbeat(heartbeatMs, message.part("limits").number("deadMs", 45_000));
    publishing.opened(message);
    Message producer = message.partOrNull("producer");
    Optional<Boolean> isKnown = producer == null ? Optional.empty() : Optional.of(producer.isTrue("known"));
    tell(new Status(Status.State.OPEN, OptionalInt.empty(), "", isKnown));
    for (Subscription subscription : List.copyOf(subscriptions)) begin(subscription);
    sayFresh();
    for (Question question : questions.values()) post(question.message());
    publishing.pump();
    whoWaited();
  }

  private void begin(Subscription subscription) {
    long id = newId();
    starting.put(id, subscription);
    subscription.begin(id);
  }

  private void subscribed(Message message) {
    Subscription subscription = starting.remove(message.number("id"));
    if (subscription == null) return;
    if (!subscriptions.contains(subscription)) {
      post(Message.of("unsub").with("sub", message.number("sub")));
      return;
    }
    bySub.put(message.number("sub"), subscription);
    subscription.started(message);
  }

  private void erred(Message message) {
    GatewayException error = new GatewayException(message.text("code"), message.text("message"));
    long id = message.number("id", 0);
    Subscription subscription = starting.remove(id);
    Question question = questions.remove(id);
    if (subscription != null) subscription.over(error);
    else if (question != null) question.answer().completeExceptionally(error);
    else LOG.log(System.Logger.Level.WARNING, "the gateway says: {0}", error.getMessage());
  }
}
