package dstreams.client;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads msgpack, no deeper than it is told; extension types and keys that are no text are refused. */
final class Msgpack {
  private final ByteBuffer in;
  private final int depthMax;

  private Msgpack(byte[] bytes, int depthMax) {
    this.in = ByteBuffer.wrap(bytes);
    this.depthMax = depthMax;
  }

  /** Throws {@code INVALID}. */
  static Object read(byte[] bytes, int depthMax) {
    Msgpack msgpack = new Msgpack(bytes, depthMax);
    Object value = msgpack.value(0);
    if (msgpack.in.hasRemaining()) throw msgpack.wrong("more bytes after the value");
    return value;
  }

  private Object value(int depth) {
    int type = (int) number(1, false);
    if (type < 0x80) return (long) type;
    if (type < 0x90) return map(type & 15, depth + 1);
    if (type < 0xa0) return list(type & 15, depth + 1);
    if (type < 0xc0) return text(type & 31);
    if (type >= 0xe0) return (long) (byte) type;
    switch (type) {
      case 0xc0:
        return null;
      case 0xc2:
        return Boolean.FALSE;
      case 0xc3:
        return Boolean.TRUE;
      case 0xc4:
      case 0xc5:
      case 0xc6:
        return bytes(number(1 << type - 0xc4, false));
      case 0xca:
        return (double) Float.intBitsToFloat((int) number(4, false));
      case 0xcb:
        return Double.longBitsToDouble(number(8, false));
      case 0xcc:
      case 0xcd:
      case 0xce:
        return number(1 << type - 0xcc, false);
      case 0xcf:
        return Forms.whole(new BigInteger(1, bytes(8)));
      case 0xd0:
      case 0xd1:
      case 0xd2:
      case 0xd3:
        return number(1 << type - 0xd0, true);
      case 0xd9:
      case 0xda:
      case 0xdb:
        return text(number(1 << type - 0xd9, false));
      case 0xdc:
      case 0xdd:
        return list(number(2 << type - 0xdc, false), depth + 1);
      case 0xde:
      case 0xdf:
        return map(number(2 << type - 0xde, false), depth + 1);
      default:
        throw wrong("a type that is not taken: " + type);
    }
  }

  private Object map(long size, int depth) {
    enter(size * 2, depth);
    Map<String, Object> map = new LinkedHashMap<>();
    for (long i = 0; i < size; i++) {
      if (!(value(depth) instanceof String key)) throw wrong("a key that is no text");
      map.put(key, value(depth));
    }
    return Forms.revive(map);
  }

  private List<Object> list(long size, int depth) {
    enter(size, depth);
    List<Object> list = new ArrayList<>((int) size);
    for (long i = 0; i < size; i++) list.add(value(depth));
    return list;
  }

  /** Each value has a byte at least: a header cannot ask for more memory than was sent. */
  private void enter(long size, int depth) {
    if (depth > depthMax) throw wrong("nested deeper than " + depthMax);
    if (size > in.remaining()) throw wrong("it ends too early");
  }

  private String text(long size) {
    return new String(bytes(size), StandardCharsets.UTF_8);
  }

  private byte[] bytes(long size) {
    if (size > in.remaining()) throw wrong("it ends too early");
    byte[] bytes = new byte[(int) size];
    in.get(bytes);
    return bytes;
  }

  private long number(int count, boolean isSigned) {
    if (count > in.remaining()) throw wrong("it ends too early");
    long value = isSigned && in.get(in.position()) < 0 ? -1 : 0;
    for (int i = 0; i < count; i++) value = value << 8 | in.get() & 0xff;
    return value;
  }

  private GatewayException wrong(String what) {
    return new GatewayException("INVALID", "no msgpack: " + what + " at " + in.position());
  }
}
