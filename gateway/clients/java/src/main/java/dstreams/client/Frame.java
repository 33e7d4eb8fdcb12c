package dstreams.client;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** Records that go out together, of one {@code publish}. */
final class Frame {
  /** One {@code publish}: over when all its frames are. */
  static final class Ticket {
    final CompletableFuture<Receipt> future = new CompletableFuture<>();
    int left;

    Ticket(int left) {
      this.left = left;
    }
  }

  /** Records that fit a frame, with their bytes and the commas between them. */
  record Group(List<Codec.Packed> records, long size) {}

  /** Of a frame: what stands round its records. */
  static final int HEAD_BYTES = 512;

  private static final int HEAD_ITEMS = 16;

  final List<Codec.Packed> records;
  final long size;
  final Ack ack;
  final Ticket ticket;
  /** Index of its first record in the call. */
  final long first;
  /** Of its first record; 0: not given yet, or none is given. */
  long seq;
  /** Of the last time that it was sent. */
  long id;

  Frame(Group group, Ack ack, Ticket ticket, long first, long seq) {
    this.records = group.records();
    this.size = group.size();
    this.ack = ack;
    this.ticket = ticket;
    this.first = first;
    this.seq = seq;
  }

  long lastSeq() {
    return seq + records.size() - 1;
  }

  OptionalLong sequence() {
    return seq == 0 ? OptionalLong.empty() : OptionalLong.of(lastSeq());
  }

  /** Throws {@code TOO_LARGE} for a record that fits no frame. */
  static List<Group> cut(List<Codec.Packed> records, Limits limits) {
    long room = limits.frameBytes() - HEAD_BYTES;
    long itemsRoom = limits.itemsPerFrame() - HEAD_ITEMS;
    List<Group> groups = new ArrayList<>();
    List<Codec.Packed> group = new ArrayList<>();
    long size = 0;
    long items = 0;
    for (int index = 0; index < records.size(); index++) {
      Codec.Packed record = records.get(index);
      if (record.size() > Math.min(room, limits.recordBytes()) || record.items() > itemsRoom) {
        throw GatewayException.ofRecord("TOO_LARGE", index, "has " + record.size() + " bytes and " + record.items() + " values");
      }
      boolean isFull =
          size + record.size() + 1 > room
              || items + record.items() > itemsRoom
              || group.size() >= limits.recordsPerFrame();
      if (isFull && !group.isEmpty()) {
        groups.add(new Group(group, size));
        group = new ArrayList<>();
        size = items = 0;
      }
      group.add(record);
      size += record.size() + 1;
      items += record.items();
    }
    if (!group.isEmpty()) groups.add(new Group(group, size));
    return groups;
  }
}
