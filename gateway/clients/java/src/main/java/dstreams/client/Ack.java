package dstreams.client;

/** What an acknowledgement promises. */
public enum Ack {
  /** The records are safe: they will be in a batch, whatever happens to the server. */
  DURABLE("durable"),
  /** The server has the records in memory: a crash of it loses them. */
  MEMORY("memory");

  final String wire;

  Ack(String wire) {
    this.wire = wire;
  }
}
