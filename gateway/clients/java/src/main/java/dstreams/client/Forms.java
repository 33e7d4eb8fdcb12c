package dstreams.client;

import java.math.BigInteger;
import java.util.Base64;
import java.util.Map;

/** Values that JSON has no form for: {@code {"$i": digits}}, {@code {"$b": base64}}, {@code {"$f": "NaN"}}. */
final class Forms {
  static final int DIGITS_MAX = 4096;
  /** Beyond it a number of JavaScript is not exact. */
  static final long SAFE_INTEGER = (1L << 53) - 1;

  private static final BigInteger LONG_MIN = BigInteger.valueOf(Long.MIN_VALUE);
  private static final BigInteger LONG_MAX = BigInteger.valueOf(Long.MAX_VALUE);

  private Forms() {}

  /** What this object stands for: mostly itself. */
  static Object revive(Map<String, Object> map) {
    if (map.size() != 1) return map;
    Map.Entry<String, Object> only = map.entrySet().iterator().next();
    if (!(only.getValue() instanceof String text)) return map;
    switch (only.getKey()) {
      case "$i":
        return text.length() <= DIGITS_MAX && text.matches("-?[0-9]+") ? whole(new BigInteger(text)) : map;
      case "$b":
        try {
          return Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException error) {
          return map;
        }
      case "$f":
        switch (text) {
          case "NaN":
            return Double.NaN;
          case "Infinity":
            return Double.POSITIVE_INFINITY;
          case "-Infinity":
            return Double.NEGATIVE_INFINITY;
          default:
            return map;
        }
      default:
        return map;
    }
  }

  /** A {@code Long} where it fits. */
  static Object whole(BigInteger value) {
    return value.compareTo(LONG_MIN) >= 0 && value.compareTo(LONG_MAX) <= 0 ? (Object) value.longValue() : value;
  }
}
