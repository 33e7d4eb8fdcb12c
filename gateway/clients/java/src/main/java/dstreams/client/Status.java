package dstreams.client;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the connection is.
 *
 * @param state see {@link State}
 * @param closeCode why it is not open, as the server said it
 * @param reason the same in words
 * @param isKnown when open: false for a producer that the server does not know, as it is new or was forgotten; empty
 *     without a producer id
 */
public record Status(State state, OptionalInt closeCode, String reason, Optional<Boolean> isKnown) {
  /** From {@code CONNECTING} to {@code OPEN} or {@code WAITING} (for the next attempt) and again; {@code CLOSED} is the end. */
  public enum State {
    CONNECTING,
    OPEN,
    WAITING,
    CLOSED
  }

  static Status of(State state, int closeCode, String reason) {
    return new Status(
        state, closeCode == 0 ? OptionalInt.empty() : OptionalInt.of(closeCode), reason, Optional.empty());
  }
}
