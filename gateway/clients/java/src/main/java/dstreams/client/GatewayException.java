package dstreams.client;

import java.util.List;
import java.util.OptionalInt;

/**
 * What goes wrong, by {@link #code()}: a refusal of the server ({@code SCHEMA}, {@code FORBIDDEN} …), or one of this
 * client: {@code BUFFER_FULL}, {@code CLOSED} (the server ended the connection for good, see {@link #closeCode()}),
 * {@code ENDED} (by {@code close()}), {@code INVALID}, {@code TOO_LARGE}. Programs match the code, people read the message.
 */
public final class GatewayException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final String code;
  private final transient List<BadRecord> bad;
  private final int closeCode;

  GatewayException(String code, String message) {
    this(code, message, 0, List.of(), null);
  }

  GatewayException(String code, String message, int closeCode, List<BadRecord> bad, Throwable cause) {
    super(code + ": " + message, cause);
    this.code = code;
    this.closeCode = closeCode;
    this.bad = bad;
  }

  /** Of a record by its index in the call. */
  static GatewayException ofRecord(String code, int index, String message) {
    List<BadRecord> bad = List.of(new BadRecord(index, "", message));
    return new GatewayException(code, "record " + index + " " + message, 0, bad, null);
  }

  /** The same, with the stack of the thread that waited for it. */
  GatewayException here() {
    return new GatewayException(code, words(), closeCode, bad(), this);
  }

  /** The server counts records from the begin of a frame, the caller from that of its call. */
  GatewayException inCall(long first) {
    List<BadRecord> all =
        bad().stream().map(one -> new BadRecord(first + one.index(), one.path(), one.message())).toList();
    return new GatewayException(code, words(), closeCode, all, getCause());
  }

  /** Its message without the code. */
  String words() {
    return getMessage().substring(code.length() + 2);
  }

  /** Stays the same across versions. */
  public String code() {
    return code;
  }

  /** Which records {@code SCHEMA} refuses: ten at most. */
  public List<BadRecord> bad() {
    return bad == null ? List.of() : bad;
  }

  /** The close code of the server, 4000 to 4999, where it ended the connection. */
  public OptionalInt closeCode() {
    return closeCode == 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
  }
}
