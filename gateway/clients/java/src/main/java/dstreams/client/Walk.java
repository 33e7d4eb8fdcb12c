package dstreams.client;

import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One value's way to the wire: counts what the server will count, and keeps to its depth. */
final class Walk {
  /** The server ends the connection of who sends one of these. */
  private static final Set<String> FORBIDDEN = Set.of("__proto__", "constructor", "prototype");

  private static final DateTimeFormatter ISO =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final Sink out;
  private final int depthMax;
  /** An upper bound of the values that the server sees. */
  int items;

  Walk(Sink out, int depthMax) {
    this.out = out;
    this.depthMax = depthMax;
  }

  /** Throws {@code INVALID} for what has no form. */
  void write(Object value, int depth) {
    items++;
    if (value == null) out.nothing();
    else if (value instanceof CharSequence || value instanceof Character) out.text(value.toString());
    else if (value instanceof Boolean flag) out.flag(flag);
    else if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte)
      out.whole(((Number) value).longValue());
    else if (value instanceof Double real) out.real(real);
    else if (value instanceof Float real) out.real(Double.parseDouble(real.toString())); // 0.1f is meant as 0.1.
    else if (value instanceof BigInteger big) {
      if (Forms.whole(big) instanceof Long small) out.whole(small);
      else out.big(big);
    } else if (value instanceof byte[] bytes) out.bytes(bytes);
    else if (value instanceof ByteBuffer buffer) out.bytes(bytesOf(buffer));
    else if (value instanceof Enum<?> constant) out.text(constant.name());
    else if (value instanceof Optional<?> optional) {
      items--;
      write(optional.orElse(null), depth);
    } else if (!time(value)) {
      if (depth >= depthMax)
        throw new GatewayException("INVALID", "a record is nested deeper than " + depthMax + ", or in a circle");
      compound(value, depth + 1);
    }
  }

  private void compound(Object value, int depth) {
    if (value instanceof Map<?, ?> map) {
      items += map.size();
      out.beginMap(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        out.key(key(entry.getKey()));
        write(entry.getValue(), depth);
      }
      out.endMap();
    } else if (value instanceof Collection<?> collection) {
      list(collection, depth);
    } else if (value instanceof Map.Entry<?, ?> entry) {
      out.beginList(2);
      write(entry.getKey(), depth);
      write(entry.getValue(), depth);
      out.endList();
    } else if (value instanceof Iterable<?> iterable) {
      List<Object> items = new ArrayList<>();
      iterable.forEach(items::add);
      list(items, depth);
    } else if (value.getClass().isArray()) {
      int length = Array.getLength(value);
      out.beginList(length);
      for (int i = 0; i < length; i++) write(Array.get(value, i), depth);
      out.endList();
    } else if (value instanceof Record record) {
      components(record, depth);
    } else throw new GatewayException("INVALID", "a " + value.getClass().getName() + " has no form that can be sent");
  }

  private void list(Collection<?> collection, int depth) {
    out.beginList(collection.size());
    for (Object item : collection) write(item, depth);
    out.endList();
  }

  private void components(Record record, int depth) {
    RecordComponent[] components = record.getClass().getRecordComponents();
    items += components.length;
    out.beginMap(components.length);
    for (RecordComponent component : components) {
      Object value;
      try {
        var accessor = component.getAccessor();
        accessor.setAccessible(true); // A record inside of a program's own class need not be public.
        value = accessor.invoke(record);
      } catch (ReflectiveOperationException | RuntimeException error) {
        throw new GatewayException(
            "INVALID", "the " + component.getName() + " of a " + record.getClass().getName() + " cannot be read", 0, List.of(), error);
      }
      out.key(key(component.getName()));
      write(value, depth);
    }
    out.endMap();
  }

  private boolean time(Object value) {
    if (value instanceof Instant instant) out.text(ISO.format(instant));
    else if (value instanceof Date date) out.text(ISO.format(date.toInstant()));
    else if (value instanceof OffsetDateTime dateTime) out.text(ISO.format(dateTime));
    else if (value instanceof ZonedDateTime dateTime) out.text(ISO.format(dateTime));
    else if (value instanceof LocalDate date) out.text(date.toString());
    else return false;
    return true;
  }

  private static byte[] bytesOf(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static String key(Object key) {
    if (!(key instanceof CharSequence)) throw new GatewayException("INVALID", "the key " + key + " of a record is no text");
    if (FORBIDDEN.contains(key.toString())) throw new GatewayException("INVALID", "the key " + key + " is not allowed");
    return key.toString();
  }
}
