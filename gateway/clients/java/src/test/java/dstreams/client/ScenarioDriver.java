package dstreams.client;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Does what a scenario says, for the scenario suite (docs/gateway/scenarios): commands come as JSON lines, answers go out
 * as JSON lines.
 */
public final class ScenarioDriver {
  private static final int DEPTH_MAX = 300;

  private final Map<String, GatewayClient> clients = Collections.synchronizedMap(new HashMap<>());
  private final Map<String, Subscription> subscriptions = Collections.synchronizedMap(new HashMap<>());
  private final Map<String, Batch> batches = Collections.synchronizedMap(new HashMap<>());
  private final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  private ScenarioDriver() {}

  /** Ends with its input. */
  public static void main(String[] args) throws Exception {
    ScenarioDriver driver = new ScenarioDriver();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      driver.answer(new Message(Message.map(Json.read(line, DEPTH_MAX), "whole")));
    }
    for (GatewayClient client : driver.clients.values()) client.close(Duration.ZERO);
  }

  private void answer(Message command) {
    CompletableFuture<?> begun;
    try {
      begun = run(command);
    } catch (RuntimeException error) {
      begun = CompletableFuture.failedFuture(error);
    }
    long id = command.number("id");
    begun.whenComplete(
        (value, error) -> {
          Map<String, Object> line = new LinkedHashMap<>();
          line.put("id", id);
          if (error == null) line.put("ok", value);
          else line.put("error", errorOf(error instanceof CompletionException ? error.getCause() : error));
          say(line);
        });
  }

  private static Map<String, Object> errorOf(Throwable error) {
    Map<String, Object> said = new LinkedHashMap<>();
    if (error instanceof GatewayException gateway) {
      said.put("code", gateway.code());
      said.put("closeCode", gateway.closeCode().isPresent() ? gateway.closeCode().getAsInt() : null);
      said.put("bad", gateway.bad());
    } else {
      error.printStackTrace();
      said.put("code", error.toString());
    }
    return said;
  }

  private synchronized void say(Map<String, Object> line) {
    JsonSink sink = new JsonSink();
    new Walk(sink, DEPTH_MAX).write(line, 0);
    out.println(sink.out);
  }

  private CompletableFuture<?> run(Message command) {
    Map<String, Object> c = command.fields();
    GatewayClient client = clients.get(c.get("client"));
    Subscription subscription = subscriptions.get(c.get("sub"));
    Batch batch = batches.get(c.get("sub"));
    switch (command.text("do")) {
      case "connect":
        return connect(command);
      case "publish":
        Ack ack = "memory".equals(c.get("ack")) ? Ack.MEMORY : Ack.DURABLE;
        return client
            .publishRecordsAsync(command.text("stream"), recordsOf(command), ack)
            .thenApply(receipt -> one("seq", receipt.sequence().isPresent() ? receipt.sequence().getAsLong() : null));
      case "subscribe":
        subscribe(client, command);
        return done();
      case "next":
        return subscription.nextAsync().thenApply(next -> said(command.text("sub"), next));
      case "ack":
        batch.ack();
        return done();
      case "nack":
        batch.nack(Duration.ofMillis(command.number("delayMs", 0)), "");
        return done();
      case "stop":
        subscription.stop();
        return done();
      case "position":
        Map<String, Object> at = one("epoch", subscription.position().epoch().orElse(null));
        at.put("after", subscription.position().after().isPresent() ? subscription.position().after().getAsLong() : null);
        return CompletableFuture.completedFuture(at);
      case "lastSequence":
        return client.lastSequenceAsync(command.text("stream"));
      case "ready":
        return client.readyAsync();
      case "describe":
        return client
            .describeAsync()
            .thenApply(streams -> streams.stream().map(StreamDescription::details).toList());
      case "authenticate":
        return client.authenticateAsync(command.text("token"));
      case "close":
        return client.closeAsync(Duration.ofMillis(command.number("waitMs", 10_000)));
      case "json":
        return CompletableFuture.completedFuture(again(command.text("text")));
      default:
        throw new GatewayException("INVALID", "the driver knows no " + command.text("do"));
    }
  }

  /** JSON text as it is written once it was read, and by way of msgpack. */
  private static Map<String, Object> again(String text) {
    Object value = Json.read(text, 32);
    MsgpackSink binary = new MsgpackSink();
    new Walk(binary, 32).write(value, 0);
    JsonSink plain = new JsonSink();
    new Walk(plain, 32).write(value, 0);
    JsonSink back = new JsonSink();
    new Walk(back, 32).write(Msgpack.read(binary.out.toByteArray(), 32), 0);
    return Map.of("text", plain.out.toString(), "back", back.out.toString());
  }

  private static CompletableFuture<Void> done() {
    return CompletableFuture.completedFuture(null);
  }

  private static Map<String, Object> one(String name, Object value) {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put(name, value);
    return map;
  }

  private CompletableFuture<?> connect(Message c) {
    String name = c.text("client");
    ClientOptions options =
        ClientOptions.defaults()
            .backoff(
                Duration.ofMillis(c.number("backoffMs", 5)), Duration.ofMillis(c.number("backoffMaxMs", 50)))
            .bufferBytesMax(c.number("bufferBytesMax", 64 << 20))
            .onStatus(
                status -> {
                  Map<String, Object> line = one("client", name);
                  line.put("state", status.state().name().toLowerCase(java.util.Locale.ROOT));
                  line.put("code", status.closeCode().isPresent() ? status.closeCode().getAsInt() : null);
                  line.put("reason", status.reason());
                  say(line);
                  if (status.state() == Status.State.OPEN && c.has("whenOpen")) subscribe(clients.get(name), c.part("whenOpen"));
                  if (c.isTrue("throws")) throw new AssertionError("a scenario says so");
                });
    if (c.has("token")) options.token(c.text("token"));
    if (c.has("tokens")) {
      Deque<Object> tokens = new ArrayDeque<>((List<?>) c.fields().get("tokens"));
      options.token(() -> (String) (tokens.size() > 1 ? tokens.poll() : tokens.peek()));
    }
    if (c.has("codec")) options.codec(c.text("codec"));
    if (Boolean.FALSE.equals(c.fields().get("producerId"))) options.withoutProducer();
    else if (c.has("producerId")) options.producerId(c.text("producerId"));
    clients.put(name, GatewayClient.connect(c.text("url"), options));
    return done();
  }

  private void subscribe(GatewayClient client, Message c) {
    subscriptions.computeIfAbsent(c.text("sub"), sub -> client.subscribe(c.text("stream"), optionsOf(c)));
  }

  private static List<OutgoingRecord> recordsOf(Message c) {
    List<OutgoingRecord> records = new ArrayList<>();
    if (!c.has("records")) {
      for (Object value : c.list("values")) records.add(OutgoingRecord.of(value));
      return records;
    }
    for (Object item : c.list("records")) {
      Message r = new Message(Message.map(item, "records"));
      Instant at = r.has("timestampMs") ? Instant.ofEpochMilli(r.number("timestampMs")) : null;
      Map<String, Object> headers = r.has("headers") ? r.part("headers").fields() : null;
      records.add(new OutgoingRecord(r.fields().get("value"), r.fields().get("key"), at, headers));
    }
    return records;
  }

  private static SubscribeOptions optionsOf(Message c) {
    SubscribeOptions options;
    if (c.fields().get("from") instanceof Map<?, ?> from) {
      Message at = c.part("from");
      options = from.containsKey("after") ? SubscribeOptions.after(at.number("after")) : SubscribeOptions.from(at.number("batchTime"));
    } else options = "earliest".equals(c.fields().get("from")) ? SubscribeOptions.earliest() : SubscribeOptions.latest();
    if (c.has("epoch")) options.epoch(c.text("epoch"));
    if ("manual".equals(c.fields().get("ack"))) options.manualAck();
    if (c.has("windowRecords")) options.windowRecords(c.number("windowRecords"));
    if (c.has("windowBytes")) options.windowBytes(c.number("windowBytes"));
    return options;
  }

  private Map<String, Object> said(String sub, Batch batch) {
    if (batch == null) return one("done", true);
    batches.put(sub, batch);
    Map<String, Object> said = one("batchTime", batch.batchTime());
    said.put("epoch", batch.epoch());
    said.put("records", batch.records());
    said.put("redelivery", batch.redelivery());
    said.put("gap", batch.gap().orElse(null));
    return said;
  }
}
