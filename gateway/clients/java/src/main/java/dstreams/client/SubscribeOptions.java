package dstreams.client;

import java.util.Map;
import java.util.OptionalLong;

/** Where a subscription begins, who acknowledges, what may wait. Each method returns these options, changed. */
public final class SubscribeOptions {
  private final Object from;
  private String epoch;
  private boolean isManual;
  private long windowRecords = 100_000;
  private long windowBytes = 4 << 20;

  private SubscribeOptions(Object from) {
    this.from = from;
  }

  /** Batches from now on. */
  public static SubscribeOptions latest() {
    return new SubscribeOptions("latest");
  }

  /** From the oldest batch that the server keeps. */
  public static SubscribeOptions earliest() {
    return new SubscribeOptions("earliest");
  }

  /** From this batch on, ms since 1970; see {@link #epoch}. */
  public static SubscribeOptions from(long batchTime) {
    return new SubscribeOptions(Map.of("batchTime", batchTime));
  }

  /** Those after this batch, the last one that was done, ms since 1970; see {@link #epoch}. */
  public static SubscribeOptions after(long batchTime) {
    return new SubscribeOptions(Map.of("after", batchTime));
  }

  /** The epoch that the position belongs to: with another one it begins anew, and says so by a gap. */
  public SubscribeOptions epoch(String epoch) {
    this.epoch = epoch;
    return this;
  }

  /** The program says what is done, by {@link Batch#ack()} and {@link Batch#nack()}. */
  public SubscribeOptions manualAck() {
    this.isManual = true;
    return this;
  }

  /** How many records may wait for the program; default 100,000. */
  public SubscribeOptions windowRecords(long records) {
    this.windowRecords = ClientOptions.positive("windowRecords", records);
    return this;
  }

  /** How many bytes of batches may wait for the program; default 4 MiB. */
  public SubscribeOptions windowBytes(long bytes) {
    this.windowBytes = ClientOptions.positive("windowBytes", bytes);
    return this;
  }

  Object from() {
    return from;
  }

  /** Of {@link #after(long)}; empty for the others. */
  OptionalLong after() {
    return from instanceof Map<?, ?> at && at.get("after") instanceof Long ms ? OptionalLong.of(ms) : OptionalLong.empty();
  }

  String epoch() {
    return epoch;
  }

  String ackWire() {
    return isManual ? "manual" : "auto";
  }

  long windowRecords() {
    return windowRecords;
  }

  long windowBytes() {
    return windowBytes;
  }
}
