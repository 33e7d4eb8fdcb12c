package dstreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Publishes as soon as there is a connection that takes it; says the how manieth attempt in vain it was, at each wait. */
final class Backoffs {
  private static Link link;

  private Backoffs() {}

  /** The address of a server. */
  public static void main(String[] args) throws Exception {
    List<Integer> attempts = new CopyOnWriteArrayList<>();
    ClientOptions options =
        ClientOptions.defaults()
            .backoff(Duration.ofMillis(1), Duration.ofMillis(1))
            .onStatus(
                status -> {
                  if (status.state() == Status.State.WAITING) attempts.add(link.attempt);
                });
    link = new Link(URI.create(args[0]), options);
    for (int n = 1; n <= 2; n++) link.publishing.publish("numbers", List.of(OutgoingRecord.of(n)), Ack.MEMORY).join();
    System.out.println(attempts);
    link.close(Duration.ZERO).join();
  }
}
