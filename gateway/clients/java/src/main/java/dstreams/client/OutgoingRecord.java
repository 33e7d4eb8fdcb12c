package dstreams.client;

import java.time.Instant;
import java.util.Map;

/**
 * A value with what goes with it.
 *
 * @param value see {@link GatewayClient} for what may be sent
 * @param key null: none
 * @param timestamp when it happened; null: not said
 * @param headers null: none
 */
public record OutgoingRecord(Object value, Object key, Instant timestamp, Map<String, ?> headers) {
  /** A value alone. */
  public static OutgoingRecord of(Object value) {
    return new OutgoingRecord(value, null, null, null);
  }

  /** A value with a key. */
  public static OutgoingRecord of(Object key, Object value) {
    return new OutgoingRecord(value, key, null, null);
  }

  /** The same, with when it happened. */
  public OutgoingRecord at(Instant timestamp) {
    return new OutgoingRecord(value, key, timestamp, headers);
  }

  /** The same, with headers. */
  public OutgoingRecord with(Map<String, ?> headers) {
    return new OutgoingRecord(value, key, timestamp, headers);
  }
}
