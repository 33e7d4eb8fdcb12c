package dstreams.client;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** What an interrupt does to each call that waits. Goes on with each line of its input, so that the test knows what there is to wait for. */
public final class Interrupts {
  /** Something that waits. */
  private interface Waiting {
    Object run() throws Exception;
  }

  private static final BufferedReader LINES =
      new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));

  private Interrupts() {}

  /** Gets the address of a gateway that is not there yet. */
  public static void main(String[] args) throws Exception {
    GatewayClient client =
        GatewayClient.connect(
            args[0], ClientOptions.defaults().backoff(Duration.ofMillis(5), Duration.ofMillis(50)));
    interrupted("publish", () -> client.publish("in", List.of("first"), Ack.MEMORY));
    interrupted("publish, for a time", () -> client.publish("in", List.of("second"), Ack.MEMORY, Duration.ofHours(1)));
    interrupted("describe", client::describe);
    interrupted("lastSequence", () -> client.lastSequence("in"));
    Subscription out = client.subscribe("out", SubscribeOptions.earliest());
    interrupted("next", out::next);
    interrupted("next, for a time", () -> out.next(Duration.ofHours(1)));
    whileItWaits("next", out::next);

    say("connect");
    // What was interrupted is published all the same, and ahead of this.
    say("published " + client.publish("in", List.of("third"), Ack.MEMORY).sequence().getAsLong());
    LINES.readLine(); // There is a batch.
    say("batch " + out.next().records());

    CompletableFuture<Integer> seen = new CompletableFuture<>();
    Thread loop =
        new Thread(
            () -> {
              int batches = 0;
              for (Batch batch : out) batches += 1 + batch.records().size();
              say("loop ended, interrupted " + Thread.currentThread().isInterrupted());
              seen.complete(batches);
            });
    loop.start();
    interruptOnceItWaits(loop);
    say("saw " + seen.get());
    LINES.readLine(); // And another one.
    say("batch " + out.next().records());

    say("away");
    LINES.readLine();
    CompletableFuture<Receipt> fourth = client.publishAsync("in", List.of("fourth"), Ack.MEMORY);
    Thread.currentThread().interrupt();
    client.close();
    say("closed, interrupted " + Thread.interrupted());
    try {
      say("fourth " + fourth.join());
    } catch (CompletionException error) {
      say("fourth " + ((GatewayException) error.getCause()).code());
    }
  }

  /** By a thread that was interrupted before. */
  private static void interrupted(String name, Waiting waiting) throws Exception {
    Thread.currentThread().interrupt();
    try {
      say(name + " gave " + waiting.run());
    } catch (InterruptedException error) {
      say(name + " was interrupted, still " + Thread.interrupted());
    }
  }

  private static void whileItWaits(String name, Waiting waiting) throws Exception {
    CompletableFuture<String> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete("gave " + waiting.run());
              } catch (InterruptedException error) {
                result.complete("was interrupted while it waited");
              } catch (Exception error) {
                result.completeExceptionally(error);
              }
            });
    thread.start();
    interruptOnceItWaits(thread);
    say(name + " " + result.get());
  }

  private static void interruptOnceItWaits(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) Thread.onSpinWait();
    thread.interrupt();
  }

  private static synchronized void say(String line) {
    System.out.println(line);
  }
}
