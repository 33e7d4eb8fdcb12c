package dstreams.client;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads JSON, as strict as RFC 8259 is, and no deeper than it is told. Whole numbers become {@code Long}, beyond its range
 * {@code BigInteger}; others {@code Double}; objects whose one key is a form of the protocol become what they stand for.
 */
final class Json {
  private final String text;
  private final int depthMax;
  private int at;

  private Json(String text, int depthMax) {
    this.text = text;
    this.depthMax = depthMax;
  }

  /** Throws {@code INVALID} with the position of what is wrong. */
  static Object read(String text, int depthMax) {
    Json json = new Json(text, depthMax);
    Object value = json.value(0);
    json.skipSpace();
    if (json.at < text.length()) throw json.wrong("more text after the value");
    return value;
  }

  private Object value(int depth) {
    skipSpace();
    if (at >= text.length()) throw wrong("no value");
    char first = text.charAt(at);
    switch (first) {
      case '{':
        return object(depth + 1);
      case '[':
        return list(depth + 1);
      case '"':
        return string();
      case 't':
        return word("true", Boolean.TRUE);
      case 'f':
        return word("false", Boolean.FALSE);
      case 'n':
        return word("null", null);
      default:
        return number();
    }
  }

  private Object object(int depth) {
    enter(depth);
    Map<String, Object> map = new LinkedHashMap<>();
    skipSpace();
    if (skip('}')) return map;
    do {
      skipSpace();
      if (at >= text.length() || text.charAt(at) != '"') throw wrong("no key");
      String key = string();
      skipSpace();
      if (!skip(':')) throw wrong("no colon after a key");
      map.put(key, value(depth));
      skipSpace();
    } while (skip(','));
    if (!skip('}')) throw wrong("an object does not end");
    return Forms.revive(map);
  }

  private List<Object> list(int depth) {
    enter(depth);
    List<Object> list = new ArrayList<>();
    skipSpace();
    if (skip(']')) return list;
    do {
      list.add(value(depth));
      skipSpace();
    } while (skip(','));
    if (!skip(']')) throw wrong("a list does not end");
    return list;
  }

  private void enter(int depth) {
    if (depth > depthMax) throw wrong("nested deeper than " + depthMax);
    at++;
  }

  private String string() {
    int start = ++at;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') return text.substring(start, at++);
      if (c == '\\') return escaped(start);
      if (c < ' ') throw wrong("a control character in a text");
      at++;
    }
    throw wrong("a text does not end");
  }

  private String escaped(int start) {
    StringBuilder out = new StringBuilder(text.length() - start < 64 ? 64 : at - start + 64);
    int from = start;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '"') {
        out.append(text, from, at++);
        return out.toString();
      }
      if (c < ' ') throw wrong("a control character in a text");
      if (c != '\\') {
        at++;
        continue;
      }
      out.append(text, from, at);
      if (++at >= text.length()) break;
      out.append(escape(text.charAt(at)));
      from = ++at;
    }
    throw wrong("a text does not end");
  }

  private char escape(char c) {
    switch (c) {
      case '"':
      case '\\':
      case '/':
        return c;
      case 'b':
        return '\b';
      case 'f':
        return '\f';
      case 'n':
        return '\n';
      case 'r':
        return '\r';
      case 't':
        return '\t';
      case 'u':
        int code = 0;
        for (int i = 1; i <= 4; i++) {
          int digit = at + i < text.length() ? hexDigit(text.charAt(at + i)) : -1;
          if (digit < 0) throw wrong("\\u without four digits");
          code = code * 16 + digit;
        }
        at += 4;
        return (char) code;
      default:
        throw wrong("an escape that there is not");
    }
  }

  /** Not {@code Character.digit}, which takes digits of other scripts. */
  private static int hexDigit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    int letter = c | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  private Object number() {
    int start = at;
    skip('-');
    int digits = at;
    if (digits() == 0) throw wrong("no value");
    if (text.charAt(digits) == '0' && at > digits + 1) throw wrong("a number that begins with 0");
    boolean isWhole = true;
    if (skip('.')) {
      isWhole = false;
      if (digits() == 0) throw wrong("no digit after the point");
    }
    if (skip('e') || skip('E')) {
      isWhole = false;
      if (!skip('+')) skip('-');
      if (digits() == 0) throw wrong("no digit in the exponent");
    }
    String number = text.substring(start, at);
    if (!isWhole || number.equals("-0")) return Double.valueOf(number);
    if (number.length() <= 18) return Long.valueOf(number);
    if (number.length() > Forms.DIGITS_MAX) throw wrong("a number of more than " + Forms.DIGITS_MAX + " digits");
    return Forms.whole(new BigInteger(number));
  }

  private int digits() {
    int start = at;
    while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') at++;
    return at - start;
  }

  private Object word(String word, Object value) {
    if (!text.startsWith(word, at)) throw wrong("no value");
    at += word.length();
    return value;
  }

  private boolean skip(char c) {
    boolean is = at < text.length() && text.charAt(at) == c;
    if (is) at++;
    return is;
  }

  private void skipSpace() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
      at++;
    }
  }

  private GatewayException wrong(String what) {
    return new GatewayException("INVALID", "no JSON: " + what + " at " + at);
  }
}
