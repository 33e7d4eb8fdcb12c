package dstreams.client;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * What one stream has to send: kept until it is acknowledged, and sent again with the same sequences. {@code waiting} are
 * to be sent, {@code sent} wait for their answer, each in order. Belongs to the client's thread.
 */
final class Outbox {
  final String stream;
  private final ArrayDeque<Frame> waiting = new ArrayDeque<>();
  private final ArrayDeque<Frame> sent = new ArrayDeque<>();
  /** Told how many bytes are done with. */
  private final LongConsumer onDone;
  private long nextSeq = 1;

  Outbox(String stream, LongConsumer onDone) {
    this.stream = stream;
    this.onDone = onDone;
  }

  void add(Frame frame) {
    waiting.add(frame);
  }

  /** The next one to be sent, or null. */
  Frame peek() {
    return waiting.peek();
  }

  /** The next frame to be sent; it goes out under this id. */
  Frame take(long id, boolean hasSequence) {
    Frame frame = waiting.remove();
    frame.id = id;
    if (hasSequence && frame.seq == 0) frame.seq = nextSeq;
    if (frame.seq != 0) nextSeq = Math.max(nextSeq, frame.lastSeq() + 1);
    sent.add(frame);
    return frame;
  }

  /**
   * A session begins. {@code last}: what the server has safe, which acknowledges it; -1 without a producer id.
   *
   * <p>The others keep their sequences: what the server has taken and not yet saved must not look new to it. Where it has
   * forgotten some it answers {@code OUT_OF_ORDER}, and {@link #again} numbers them anew.
   */
  void begin(long last, Limits limits) {
    unsend(0);
    if (last >= 0) {
      while (!waiting.isEmpty() && waiting.peek().seq != 0 && waiting.peek().lastSeq() <= last) finish(waiting.remove());
      nextSeq = Math.max(nextSeq, last + 1);
    }
    fit(limits, last);
  }

  /** Each frame is answered for itself: a cumulative sequence would speak for frames that want more safety. */
  void acked(long id) {
    Frame frame = find(id);
    if (frame == null) return;
    sent.remove(frame);
    finish(frame);
  }

  /** Was not taken this time: it goes out again, and with sequences all that came after it. {@code expected}: 0 for none. */
  void again(long id, long expected) {
    Frame frame = find(id);
    if (frame == null) return;
    if (frame.seq == 0) {
      sent.remove(frame);
      waiting.addFirst(frame);
      return;
    }
    unsend(expected == 0 ? id : 0);
    if (expected != 0 && !waiting.isEmpty() && waiting.peek().seq > expected) number(expected);
  }

  /** Refused for good: nothing of it was stored. */
  void refused(long id, GatewayException error) {
    Frame frame = find(id);
    if (frame == null) return;
    if (frame.seq == 0) sent.remove(frame);
    else {
      unsend(id);
      waiting.remove();
      // Those behind it were refused too, as they came too early: they move up.
      number(frame.seq);
    }
    drop(frame, error.inCall(frame.first));
  }

  void fail(GatewayException error) {
    unsend(0);
    while (!waiting.isEmpty()) drop(waiting.remove(), error);
  }

  /** Answers come in order: it is nearly always the first. */
  private Frame find(long id) {
    for (Frame frame : sent) if (frame.id == id) return frame;
    return null;
  }

  /** Back to those that wait, from this one on; 0: all. */
  private void unsend(long fromId) {
    while (!sent.isEmpty()) {
      Frame frame = sent.removeLast();
      waiting.addFirst(frame);
      if (frame.id == fromId) return;
    }
  }

  /** Sequences go on from here; a frame that is partly known keeps its own. */
  private void number(long first) {
    Frame head = waiting.peek();
    long following = head == null || head.seq == 0 ? first : Math.min(head.seq, first);
    for (Frame frame : waiting) {
      if (frame.seq == 0) break;
      frame.seq = following;
      following = frame.lastSeq() + 1;
    }
    nextSeq = following;
  }

  /** Cuts again what was cut for other limits: no record changes its sequence by that. */
  private void fit(Limits limits, long last) {
    Iterator<Frame> frames = List.copyOf(waiting).iterator();
    waiting.clear();
    boolean isDropped = false;
    while (frames.hasNext()) {
      Frame frame = frames.next();
      List<Frame.Group> groups;
      try {
        groups = Frame.cut(frame.records, limits);
      } catch (GatewayException error) {
        drop(frame, error.inCall(frame.first));
        isDropped = true;
        continue;
      }
      frame.ticket.left += groups.size() - 1;
      long seq = frame.seq;
      long first = frame.first;
      for (Frame.Group group : groups) {
        waiting.add(new Frame(group, frame.ack, frame.ticket, first, seq));
        first += group.records().size();
        if (seq != 0) seq += group.records().size();
      }
    }
    if (isDropped && last >= 0) number(last + 1);
  }

  private void finish(Frame frame) {
    onDone.accept(frame.size);
    Frame.Ticket ticket = frame.ticket;
    if (--ticket.left <= 0) ticket.future.complete(new Receipt(stream, frame.sequence()));
  }

  private void drop(Frame frame, GatewayException error) {
    onDone.accept(frame.size);
    frame.ticket.future.completeExceptionally(error);
  }
}
