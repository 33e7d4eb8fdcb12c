package dstreams.client;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;

/** The two subprotocols: the same fields, as text or as bytes. */
abstract class Codec {
  /** A whole frame: text or bytes, and its size on the wire. */
  record Payload(String text, byte[] bytes, int size) {}

  /** A record as it will stand in a frame, its size in bytes, and how many values the server counts in it. */
  record Packed(Object data, int size, int items) {}

  /** Deeper than the server lets anything be nested. */
  private static final int READ_DEPTH_MAX = 512;
  /** Of what the server counts as depth, what stands round a value in a frame. */
  private static final int DEPTH_ROUND = 3;

  abstract String subprotocol();

  abstract Payload encode(Message message);

  abstract Message decode(Payload frame);

  abstract Packed pack(OutgoingRecord record, int depthMax);

  /** {@code head} is a {@code pub} without its records. */
  abstract Payload pubFrame(Message head, List<Packed> records);

  static Codec of(String name) {
    switch (name) {
      case "json":
        return new JsonCodec();
      case "msgpack":
        return new MsgpackCodec();
      default:
        throw new GatewayException("INVALID", "codec is 'json' or 'msgpack', not '" + name + "'");
    }
  }

  /** Returns how many values the server will count at most. */
  static int write(Sink out, OutgoingRecord record, int depthMax) {
    Walk walk = new Walk(out, depthMax - DEPTH_ROUND);
    boolean hasKey = record.key() != null;
    boolean hasTime = record.timestamp() != null;
    boolean hasHeaders = record.headers() != null;
    out.beginMap(1 + (hasKey ? 1 : 0) + (hasTime ? 1 : 0) + (hasHeaders ? 1 : 0));
    if (hasKey) {
      out.key("k");
      walk.write(record.key(), 0);
    }
    out.key("v");
    walk.write(record.value(), 0);
    if (hasTime) {
      out.key("ts");
      out.whole(record.timestamp().toEpochMilli());
    }
    if (hasHeaders) {
      out.key("h");
      walk.write(record.headers(), 0);
    }
    out.endMap();
    return walk.items + 8;
  }

  static int utf8Bytes(CharSequence text) {
    int count = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x80) continue;
      // Both halves of a surrogate pair make four bytes together.
      count += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
    }
    return count;
  }

  private static final class JsonCodec extends Codec {
    @Override
    String subprotocol() {
      return "dstreams.v1.json";
    }

    @Override
    Payload encode(Message message) {
      JsonSink sink = new JsonSink();
      new Walk(sink, READ_DEPTH_MAX).write(message.fields(), 0);
      return payload(sink.out.toString());
    }

    @Override
    Message decode(Payload frame) {
      return new Message(Message.map(Json.read(frame.text(), READ_DEPTH_MAX), "whole"));
    }

    @Override
    Packed pack(OutgoingRecord record, int depthMax) {
      JsonSink sink = new JsonSink();
      int items = write(sink, record, depthMax);
      String text = sink.out.toString();
      return new Packed(text, utf8Bytes(text), items);
    }

    @Override
    Payload pubFrame(Message head, List<Packed> records) {
      JsonSink sink = new JsonSink();
      new Walk(sink, READ_DEPTH_MAX).write(head.fields(), 0);
      StringBuilder out = sink.out;
      out.setLength(out.length() - 1);
      out.append(",\"records\":[");
      int size = utf8Bytes(out) + 2;
      for (int i = 0; i < records.size(); i++) {
        if (i > 0) out.append(',');
        out.append((String) records.get(i).data());
        size += records.get(i).size() + (i > 0 ? 1 : 0);
      }
      return new Payload(out.append("]}").toString(), null, size);
    }

    private static Payload payload(String text) {
      return new Payload(text, null, utf8Bytes(text));
    }
  }

  private static final class MsgpackCodec extends Codec {
    @Override
    String subprotocol() {
      return "dstreams.v1.msgpack";
    }

    @Override
    Payload encode(Message message) {
      return payload(fields(message).out);
    }

    @Override
    Message decode(Payload frame) {
      return new Message(Message.map(Msgpack.read(frame.bytes(), READ_DEPTH_MAX), "whole"));
    }

    @Override
    Packed pack(OutgoingRecord record, int depthMax) {
      MsgpackSink sink = new MsgpackSink();
      int items = write(sink, record, depthMax);
      byte[] bytes = sink.out.toByteArray();
      return new Packed(bytes, bytes.length, items);
    }

    @Override
    Payload pubFrame(Message head, List<Packed> records) {
      MsgpackSink sink = new MsgpackSink();
      Walk walk = new Walk(sink, READ_DEPTH_MAX);
      Map<String, Object> fields = head.fields();
      sink.beginMap(fields.size() + 1);
      fields.forEach(
          (name, value) -> {
            sink.key(name);
            walk.write(value, 0);
          });
      sink.key("records");
      sink.beginList(records.size());
      for (Packed record : records) sink.out.writeBytes((byte[]) record.data());
      return payload(sink.out);
    }

    private static MsgpackSink fields(Message message) {
      MsgpackSink sink = new MsgpackSink();
      new Walk(sink, READ_DEPTH_MAX).write(message.fields(), 0);
      return sink;
    }

    private static Payload payload(ByteArrayOutputStream out) {
      byte[] bytes = out.toByteArray();
      return new Payload(null, bytes, bytes.length);
    }
  }

  /** A frame that came as text. */
  static Payload received(String text) {
    return new Payload(text, null, utf8Bytes(text));
  }

  /** A frame that came as bytes. */
  static Payload received(byte[] bytes) {
    return new Payload(null, bytes, bytes.length);
  }
}
