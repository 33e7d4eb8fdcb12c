package dstreams.client;

/** What the server takes: its defaults, until it has said its own. */
record Limits(
    long frameBytes, long recordBytes, long recordsPerFrame, long itemsPerFrame, long unackedFrames, long depth) {
  /**
   * {@code java.net.http} cuts a text into fragments of this many bytes, less the up to three of a character that did
   * not fit any more; the server takes a message of so many fragments only.
   */
  private static final long FRAGMENT_BYTES =
      Integer.getInteger("jdk.httpclient.websocket.intermediateBufferSize", 16 * 1024) - 3;

  static final Limits DEFAULT = new Limits(64 * FRAGMENT_BYTES, 1 << 18, 10_000, 200_000, 64, 32);

  /** No frame has more than there is credit for. */
  static Limits of(Message said) {
    long fragments = said.number("fragmentsPerMessage", 64);
    long frameBytes = Math.min(said.number("frameBytes"), said.number("unackedBytes"));
    return new Limits(
        Math.min(frameBytes, fragments * FRAGMENT_BYTES),
        said.number("recordBytes"),
        Math.min(said.number("recordsPerFrame"), said.number("creditRecords")),
        said.number("itemsPerFrame"),
        said.number("unackedFrames"),
        said.number("depth"));
  }
}
