package dstreams.client;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One message of the protocol. Reading a field that is not what it must be says so: the server is then none of this protocol. */
record Message(Map<String, Object> fields) {
  static Message of(String type) {
    return new Message(new LinkedHashMap<>()).with("t", type);
  }

  /** Changes this one. */
  Message with(String name, Object value) {
    fields.put(name, value);
    return this;
  }

  String type() {
    return text("t");
  }

  boolean has(String name) {
    return fields.get(name) != null;
  }

  String text(String name) {
    if (fields.get(name) instanceof String text) return text;
    throw wrong(name, "a text");
  }

  long number(String name) {
    if (fields.get(name) instanceof Number number) return number.longValue();
    throw wrong(name, "a number");
  }

  long number(String name, long otherwise) {
    return has(name) ? number(name) : otherwise;
  }

  boolean isTrue(String name) {
    return Boolean.TRUE.equals(fields.get(name));
  }

  List<Object> list(String name) {
    if (fields.get(name) instanceof List<?> list) {
      @SuppressWarnings("unchecked")
      List<Object> values = (List<Object>) list;
      return values;
    }
    throw wrong(name, "a list");
  }

  Message part(String name) {
    return new Message(map(fields.get(name), name));
  }

  /** Null where there is none. */
  Message partOrNull(String name) {
    return has(name) ? part(name) : null;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> map(Object value, String name) {
    if (value instanceof Map<?, ?> map) return (Map<String, Object>) map;
    throw wrong(name, "an object");
  }

  private static GatewayException wrong(String name, String what) {
    return new GatewayException("INVALID", "the server sent a message whose " + name + " is not " + what);
  }
}
