package dstreams.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One batch, whole; empty ones come too. {@code (epoch, batchTime)} is the key of an exactly-once effect. */
public final class Batch {
  private final Subscription subscription;
  private final String epoch;
  private final long batchTime;
  private final List<Object> records;
  private final int redelivery;
  private final Gap gap;

  Batch(Subscription subscription, String epoch, long batchTime, List<Object> records, int redelivery, Gap gap) {
    this.subscription = subscription;
    this.epoch = epoch;
    this.batchTime = batchTime;
    this.records = records;
    this.redelivery = redelivery;
    this.gap = gap;
  }

  /** The stream's name. */
  public String stream() {
    return subscription.stream();
  }

  /** The incarnation of the server's log: times of another one are not comparable. */
  public String epoch() {
    return epoch;
  }

  /** Its name for ever within the epoch, ms since 1970. */
  public long batchTime() {
    return batchTime;
  }

  /** Values as {@link GatewayClient} says; pairs are lists of two. The caller's own. */
  public List<Object> records() {
    return records;
  }

  /** How often it came before, after a {@code nack}. */
  public int redelivery() {
    return redelivery;
  }

  /** What is missing before it. */
  public Optional<Gap> gap() {
    return Optional.ofNullable(gap);
  }

  /** All up to this one are done (with {@link SubscribeOptions#manualAck()}): the server's status page shows it. */
  public void ack() {
    subscription.ack(this);
  }

  /** From this one on, again; after a reconnect as well. */
  public void nack() {
    nack(Duration.ZERO, "");
  }

  /** From this one on, again, after a while; {@code why} is for the server's log. */
  public void nack(Duration delay, String why) {
    subscription.nack(this, Map.of("delayMs", delay.toMillis(), "why", why));
  }

  @Override
  public String toString() {
    return "Batch[" + stream() + " " + batchTime + ", " + records.size() + " records]";
  }
}
