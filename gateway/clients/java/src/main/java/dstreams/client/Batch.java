package dstreams.client;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** One batch, whole; empty ones come too. {@code (epoch, batchTime)} is the key of an exactly-once effect. */
public final class Batch {
  private final String stream;
  private final String epoch;
  private final long batchTime;
  private final List<Object> records;
  private final int redelivery;
  private final Gap gap;
  private final Consumer<Map<String, Object>> answer;

  Batch(
      String stream,
      String epoch,
      long batchTime,
      List<Object> records,
      int redelivery,
      Gap gap,
      Consumer<Map<String, Object>> answer) {
    this.stream = stream;
    this.epoch = epoch;
    this.batchTime = batchTime;
    this.records = records;
    this.redelivery = redelivery;
    this.gap = gap;
    this.answer = answer;
  }

  /** The stream's name. */
  public String stream() {
    return stream;
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

  /** All up to this one are done (with {@link SubscribeOptions#manualAck()}). Means nothing after a reconnect. */
  public void ack() {
    answer.accept(Message.of("ack").with("batchTime", batchTime).fields());
  }

  /** From this one on, again. */
  public void nack() {
    nack(Duration.ZERO, "");
  }

  /** From this one on, again, after a while; {@code why} is for the server's log. */
  public void nack(Duration delay, String why) {
    answer.accept(
        Message.of("nack").with("batchTime", batchTime).with("delayMs", delay.toMillis()).with("why", why).fields());
  }

  @Override
  public String toString() {
    return "Batch[" + stream + " " + batchTime + ", " + records.size() + " records]";
  }
}
