package dstreams.client;

import java.math.BigInteger;
import java.util.Base64;

/** Writes JSON text. */
final class JsonSink implements Sink {
  private static final String HEX = "0123456789abcdef";

  final StringBuilder out = new StringBuilder();

  @Override
  public void nothing() {
    next().append("null");
  }

  @Override
  public void flag(boolean value) {
    next().append(value);
  }

  @Override
  public void text(String value) {
    next();
    quote(value);
  }

  @Override
  public void whole(long value) {
    if (value < -Forms.SAFE_INTEGER || value > Forms.SAFE_INTEGER) form("$i", Long.toString(value));
    else next().append(value);
  }

  @Override
  public void big(BigInteger value) {
    form("$i", value.toString());
  }

  @Override
  public void real(double value) {
    if (Double.isNaN(value)) form("$f", "NaN");
    else if (Double.isInfinite(value)) form("$f", value > 0 ? "Infinity" : "-Infinity");
    else if (value == Math.rint(value) && Math.abs(value) <= Forms.SAFE_INTEGER && (value != 0 || 1 / value > 0))
      next().append((long) value);
    else next().append(value);
  }

  @Override
  public void bytes(byte[] value) {
    form("$b", Base64.getEncoder().encodeToString(value));
  }

  @Override
  public void beginList(int size) {
    next().append('[');
  }

  @Override
  public void endList() {
    out.append(']');
  }

  @Override
  public void beginMap(int size) {
    next().append('{');
  }

  @Override
  public void key(String key) {
    next();
    quote(key);
    out.append(':');
  }

  @Override
  public void endMap() {
    out.append('}');
  }

  private void form(String key, String text) {
    next().append("{\"").append(key).append("\":\"").append(text).append("\"}");
  }

  /** What stands before tells whether a comma belongs between. */
  private StringBuilder next() {
    if (out.length() == 0) return out;
    char last = out.charAt(out.length() - 1);
    return last == '[' || last == '{' || last == ':' ? out : out.append(',');
  }

  private void quote(String text) {
    out.append('"');
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) continue;
      if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
        continue;
      }
      out.append(text, from, i);
      from = i + 1;
      if (c == '"' || c == '\\') out.append('\\').append(c);
      else {
        // A half of a surrogate pair can only be sent as an escape: UTF-8 has no form for it.
        out.append("\\u");
        for (int shift = 12; shift >= 0; shift -= 4) out.append(HEX.charAt(c >> shift & 15));
      }
    }
    out.append(text, from, text.length()).append('"');
  }
}
