package dstreams.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import scala.Tuple2;

/** What the cases compute with: null, Boolean, Long, Double, String, Tuple2 for a pair, List for a list. */
final class Values {
  private Values() {}

  /** Of a case's input or initial state, where an array is a pair. */
  static Object of(JsonNode node) {
    if (node.isNull()) return null;
    if (node.isBoolean()) return node.booleanValue();
    if (node.isIntegralNumber()) return node.longValue();
    if (node.isNumber()) return node.doubleValue();
    if (node.isTextual()) return node.textValue();
    if (node.isArray() && node.size() == 2) return new Tuple2<>(of(node.get(0)), of(node.get(1)));
    throw new IllegalArgumentException("not a value: " + node);
  }

  static List<Object> listOf(JsonNode nodes) {
    List<Object> values = new ArrayList<>();
    nodes.forEach(node -> values.add(of(node)));
    return values;
  }

  static List<Tuple2<Object, Object>> pairsOf(JsonNode nodes) {
    List<Tuple2<Object, Object>> pairs = new ArrayList<>();
    nodes.forEach(node -> pairs.add(new Tuple2<>(of(node.get(0)), of(node.get(1)))));
    return pairs;
  }

  /** A pair's two, or a list's elements; null for what is neither. */
  static List<Object> parts(Object x) {
    if (x instanceof Tuple2<?, ?> pair) {
      List<Object> two = new ArrayList<>(2);
      two.add(pair._1());
      two.add(pair._2());
      return two;
    }
    if (!(x instanceof List<?> list)) return null;
    return new ArrayList<>(list);
  }

  private static int kind(Object x) {
    if (x == null) return 0;
    if (x instanceof Boolean) return 1;
    if (x instanceof Number) return 2;
    return x instanceof String ? 3 : 4;
  }

  /** The canonical order of the cases. */
  static int compare(Object a, Object b) {
    int kind = kind(a);
    if (kind != kind(b)) return kind - kind(b);
    switch (kind) {
      case 0: return 0;
      case 1: return Boolean.compare((Boolean) a, (Boolean) b);
      case 2: return a instanceof Long m && b instanceof Long n
          ? Long.compare(m, n) : Double.compare(((Number) a).doubleValue(), ((Number) b).doubleValue());
      case 3: return ((String) a).compareTo((String) b);
      default:
    }
    List<Object> left = parts(a);
    List<Object> right = parts(b);
    for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
      int order = compare(left.get(i), right.get(i));
      if (order != 0) return order;
    }
    return left.size() - right.size();
  }

  static List<Object> sorted(Iterable<?> values) {
    List<Object> list = new ArrayList<>();
    values.forEach(list::add);
    list.sort(Values::compare);
    return list;
  }

  static List<Object> distinct(Iterable<?> values) {
    List<Object> unique = new ArrayList<>();
    for (Object x : sorted(values)) {
      if (unique.isEmpty() || compare(unique.get(unique.size() - 1), x) != 0) unique.add(x);
    }
    return unique;
  }

  /** As JSON.stringify writes it. */
  static String json(Object x) {
    StringBuilder text = new StringBuilder();
    write(x, text);
    return text.toString();
  }

  private static void write(Object x, StringBuilder text) {
    if (x instanceof String s) {
      writeString(s, text);
      return;
    }
    if (x == null || x instanceof Boolean || x instanceof Number) {
      text.append(x);
      return;
    }
    List<Object> parts = parts(x);
    if (parts == null) throw new IllegalArgumentException("not a value: " + x.getClass());
    text.append('[');
    for (int i = 0; i < parts.size(); i++) {
      if (i > 0) text.append(',');
      write(parts.get(i), text);
    }
    text.append(']');
  }

  private static final String SHORT = "\b\t\n\f\r\"\\";
  private static final String LETTERS = "btnfr\"\\";

  private static void writeString(String s, StringBuilder text) {
    text.append('"');
    for (int i = 0; i < s.length(); i++) {
      char c = s.charAt(i);
      int at = SHORT.indexOf(c);
      boolean isPaired = Character.isHighSurrogate(c) && i + 1 < s.length() && Character.isLowSurrogate(s.charAt(i + 1));
      if (at >= 0) text.append('\\').append(LETTERS.charAt(at));
      else if (isPaired) text.append(c).append(s.charAt(++i));
      else if (c < ' ' || Character.isSurrogate(c)) text.append(String.format("\\u%04x", (int) c));
      else text.append(c);
    }
    text.append('"');
  }
}
