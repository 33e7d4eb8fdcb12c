package dstreams.client;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Why the client gives up peers that take its connections and say nothing, each of another address. */
final class Silence {
  private Silence() {}

  /** Before the upgrade, and after it. */
  public static void main(String[] args) throws Exception {
    for (String url : args) {
      boolean isUpgraded = url == args[1];
      // What is not asked about would take an hour.
      Connection.connectTimeout = isUpgraded ? Duration.ofHours(1) : Duration.ofMillis(100);
      Link.welcomeMs = isUpgraded ? 100 : 3_600_000;
      CompletableFuture<String> reason = new CompletableFuture<>();
      ClientOptions options =
          ClientOptions.defaults()
              .onStatus(
                  status -> {
                    if (status.state() == Status.State.WAITING) reason.complete(status.reason());
                  });
      Link link = new Link(URI.create(url), options);
      System.out.println(reason.join());
      link.close(Duration.ZERO).join();
    }
  }
}
