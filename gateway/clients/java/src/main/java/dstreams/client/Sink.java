package dstreams.client;

import java.math.BigInteger;

/** Where a walk over a value writes: one of the two subprotocols. */
interface Sink {
  void nothing();

  void flag(boolean value);

  void text(String value);

  void whole(long value);

  /** An integer of more than 64 bits. */
  void big(BigInteger value);

  void real(double value);

  void bytes(byte[] value);

  void beginList(int size);

  void endList();

  void beginMap(int size);

  void key(String key);

  void endMap();
}
