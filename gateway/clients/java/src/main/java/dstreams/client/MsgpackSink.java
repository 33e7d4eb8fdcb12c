package dstreams.client;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;

/** Writes msgpack, without extension types. */
final class MsgpackSink implements Sink {
  private static final BigInteger UINT64_END = BigInteger.ONE.shiftLeft(64);

  final ByteArrayOutputStream out = new ByteArrayOutputStream(64);

  @Override
  public void nothing() {
    out.write(0xc0);
  }

  @Override
  public void flag(boolean value) {
    out.write(value ? 0xc3 : 0xc2);
  }

  @Override
  public void text(String value) {
    // Half surrogates become '?', as UTF-8 has no form for them.
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    int size = bytes.length;
    if (size < 32) out.write(0xa0 | size);
    else if (size < 1 << 8) tagged(0xd9, size, 1);
    else if (size < 1 << 16) tagged(0xda, size, 2);
    else tagged(0xdb, size, 4);
    out.write(bytes, 0, size);
  }

  @Override
  public void whole(long value) {
    if (value >= -32 && value < 128) out.write((int) value);
    else if (value == (byte) value) tagged(0xd0, value, 1);
    else if (value == (short) value) tagged(0xd1, value, 2);
    else if (value == (int) value) tagged(0xd2, value, 4);
    else tagged(0xd3, value, 8);
  }

  @Override
  public void big(BigInteger value) {
    if (value.signum() > 0 && value.compareTo(UINT64_END) < 0) {
      tagged(0xcf, value.longValue(), 8);
      return;
    }
    beginMap(1);
    key("$i");
    text(value.toString());
  }

  @Override
  public void real(double value) {
    tagged(0xcb, Double.doubleToRawLongBits(value), 8);
  }

  @Override
  public void bytes(byte[] value) {
    int size = value.length;
    if (size < 1 << 8) tagged(0xc4, size, 1);
    else if (size < 1 << 16) tagged(0xc5, size, 2);
    else tagged(0xc6, size, 4);
    out.write(value, 0, size);
  }

  @Override
  public void beginList(int size) {
    if (size < 16) out.write(0x90 | size);
    else if (size < 1 << 16) tagged(0xdc, size, 2);
    else tagged(0xdd, size, 4);
  }

  @Override
  public void endList() {}

  @Override
  public void beginMap(int size) {
    if (size < 16) out.write(0x80 | size);
    else if (size < 1 << 16) tagged(0xde, size, 2);
    else tagged(0xdf, size, 4);
  }

  @Override
  public void key(String key) {
    text(key);
  }

  @Override
  public void endMap() {}

  /** A type's byte, and so many bytes of a number, the highest first. */
  void tagged(int type, long value, int count) {
    out.write(type);
    for (int shift = 8 * (count - 1); shift >= 0; shift -= 8) out.write((int) (value >> shift));
  }
}
