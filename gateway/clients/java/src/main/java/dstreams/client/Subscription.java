package dstreams.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * A stream's batches, in order: {@code for (Batch batch : client.subscribe("counts"))}. Resumes by itself after a
 * reconnect; leaving the loop does not end it, {@link #stop()} does, or the end of the client.
 */
public final class Subscription implements Iterable<Batch>, AutoCloseable {
  private record Held(Batch batch, long bytes) {}

  private final String stream;
  private final SubscribeOptions options;
  private final Link link;
  private final Consumer<Subscription> onEnd;
  /** What the server has now. */
  private volatile String serverEpoch;
  private volatile Position position;
  /** The rest belongs to the loop. */
  private final ArrayDeque<Held> held = new ArrayDeque<>();

  private final ArrayDeque<CompletableFuture<Batch>> waiters = new ArrayDeque<>();
  private List<Object> parts = new ArrayList<>();
  private long partsBytes;
  private Long lastMs;
  /**
   * Of that batch, or of what was asked for. Another one is known to the program once a batch of it has come, and not
   * before.
   */
  private String lastEpoch;

  private Gap gap;
  /** Read by all threads. */
  private volatile boolean isStopped;

  private boolean isOver;
  private GatewayException failure;
  /** Of this session; -1: it has not answered yet, or there is none. */
  private long sub = -1;

  /** Of this session: what the program has taken, less what waited already when it began. */
  private long doneRecords;

  private long doneBytes;
  private long grantedRecords;
  private long grantedBytes;
  /** The first batch that was given back by a nack and has not come again: another session begins there. Or null. */
  private Long backMs;

  private String backEpoch;
  /** Where this session was asked to begin with what was given back before it, or null; and the last batch that comes again. */
  private Long againFromMs;

  private long againToMs = Long.MIN_VALUE;
  /** How often something was given back, with that: batches that come again for the last time say this number. */
  private int nacks;
  /** The program had a batch that it gave back, and has none since then that came again. With the position, of all threads. */
  private boolean isTakenBack;

  Subscription(String stream, SubscribeOptions options, Link link, Consumer<Subscription> onEnd) {
    this.stream = stream;
    this.options = options;
    this.lastEpoch = options.epoch();
    this.position = new Position(Optional.ofNullable(lastEpoch), options.after());
    this.link = link;
    this.onEnd = onEnd;
  }

  /** The stream's name. */
  public String stream() {
    return stream;
  }

  /** The incarnation of the server's log that batches come from; null before the server has said it. */
  public String epoch() {
    return serverEpoch;
  }

  /** After the last batch that was taken: where to resume, to be stored together with what was done. */
  public Position position() {
    return position;
  }

  /**
   * The next batch; completes with null after the end, exceptionally where the stream is refused. A cancelled one takes no
   * batch away. What follows on it runs on the client's thread and must not wait there.
   */
  public CompletableFuture<Batch> nextAsync() {
    CompletableFuture<Batch> future = new CompletableFuture<>();
    link.loop.run(
        () -> {
          waiters.add(future);
          serve();
        });
    return future;
  }

  /** Waits for the next batch; null after the end. An interrupt takes no batch away. */
  public Batch next() throws InterruptedException {
    CompletableFuture<Batch> future = nextAsync();
    try {
      return link.await(future);
    } catch (InterruptedException error) {
      if (future.cancel(false)) throw error;
      Thread.currentThread().interrupt(); // It came just now: the next one that waits is interrupted.
      return Link.result(future);
    }
  }

  /** Waits for the next batch, so long at most; null after the end. A timeout takes no batch away. */
  public Batch next(Duration atMost) throws InterruptedException, TimeoutException {
    CompletableFuture<Batch> future = nextAsync();
    try {
      return link.await(future, atMost);
    } catch (InterruptedException error) {
      if (future.cancel(false)) throw error;
      Thread.currentThread().interrupt();
      return Link.result(future);
    } catch (TimeoutException error) {
      if (future.cancel(false)) throw error;
      return Link.result(future);
    }
  }

  /** Ends with the subscription. An interrupt ends it too, and leaves the thread's interrupted status set. */
  @Override
  public Iterator<Batch> iterator() {
    return new Iterator<>() {
      private Batch ahead;
      private boolean isDone;

      @Override
      public boolean hasNext() {
        if (ahead != null || isDone) return ahead != null;
        try {
          ahead = Subscription.this.next();
        } catch (InterruptedException error) {
          Thread.currentThread().interrupt();
        }
        isDone = ahead == null;
        return !isDone;
      }

      @Override
      public Batch next() {
        if (!hasNext()) throw new NoSuchElementException("the subscription of " + stream + " has ended");
        Batch batch = ahead;
        ahead = null;
        return batch;
      }
    };
  }

  /** Ends it; whoever waits learns. What came already can still be read. */
  public void stop() {
    isStopped = true;
    link.loop.run(this::end);
  }

  /** As {@link #stop()}. */
  @Override
  public void close() {
    stop();
  }

  // --- on the loop ---

  void end() {
    if (isOver) return;
    if (sub >= 0) link.post(Message.of("unsub").with("sub", sub));
    over(null);
  }

  void over(GatewayException error) {
    if (isOver) return;
    isOver = isStopped = true;
    failure = error;
    onEnd.accept(this);
    serve();
  }

  private void serve() {
    while (!waiters.isEmpty() && !held.isEmpty()) {
      Held first = held.peek();
      Runnable undo = take(first.batch); // Ahead of it: whoever waits may ask at once.
      long count = first.batch.records().size(); // The caller's own from then on.
      if (!waiters.remove().complete(first.batch)) {
        undo.run(); // Cancelled meanwhile.
        continue;
      }
      held.remove();
      doneRecords += count;
      doneBytes += first.bytes;
      grant();
    }
    if (!isOver) return;
    while (!waiters.isEmpty()) {
      if (failure == null) waiters.remove().complete(null);
      else waiters.remove().completeExceptionally(failure);
    }
  }

  /** The position is after it. Gives what takes that back. */
  private synchronized Runnable take(Batch batch) {
    // Those that were on their way when one was given back come again after it.
    if (isTakenBack && batch.redelivery() < Math.max(1, nacks) && batch.gap().isEmpty()) return () -> {};
    Position before = position;
    boolean wasTakenBack = isTakenBack;
    position = Position.of(batch.epoch(), batch.batchTime());
    isTakenBack = false;
    return () -> {
      synchronized (this) {
        position = before;
        isTakenBack = wasTakenBack;
      }
    };
  }

  /** A session begins: asks to go on where it was. */
  void begin(long id) {
    sub = -1;
    gap = null;
    parts = new ArrayList<>();
    partsBytes = doneRecords = doneBytes = 0;
    againFromMs = backMs;
    againToMs = backMs == null || lastMs == null ? Long.MIN_VALUE : lastMs;
    nacks = backMs == null ? 0 : 1;
    // What still waits here takes its room of the window: with each session there would be more of it.
    for (Held one : held) {
      doneRecords -= one.batch.records().size();
      doneBytes -= one.bytes;
    }
    grantedRecords = Math.max(0, doneRecords + options.windowRecords());
    grantedBytes = Math.max(0, doneBytes + options.windowBytes());
    Message message =
        Message.of("sub")
            .with("id", id)
            .with("stream", stream)
            .with("from", from())
            .with("ack", options.ackWire())
            .with("credit", Map.of("records", grantedRecords, "bytes", grantedBytes));
    if (lastEpoch != null) message.with("epoch", lastEpoch);
    link.post(message);
  }

  private Object from() {
    if (backMs != null) return Map.of("batchTime", backMs);
    return lastMs == null ? options.from() : Map.of("after", lastMs);
  }

  void pause() {
    sub = -1;
  }

  void started(Message message) {
    sub = message.number("sub");
    serverEpoch = message.text("epoch");
    // Should the connection break before the first batch, nothing is to be missed: where there was none, all are later.
    if (lastMs == null && options.from().equals("latest")) {
      lastMs = message.number("latest", 0);
      lastEpoch = serverEpoch;
      if (position.after().isEmpty()) position = Position.of(serverEpoch, lastMs);
    }
    grant(); // Taken before there was somebody to tell.
    if (backMs == null) return;
    if (!serverEpoch.equals(backEpoch)) { // A log that began anew has other batches.
      backMs = againFromMs = null;
      againToMs = Long.MIN_VALUE;
      nacks = 0;
    } else if (!backMs.equals(againFromMs)) giveBack(backMs, Map.of());
  }

  void gapped(Message message) {
    Gap before = gap;
    gap = new Gap(message.number("from"), message.number("to"), message.text("why"));
    if (before != null) // The batch that it came ahead of is lost as well: one says both.
      gap = new Gap(before.from(), gap.to(), before.why().equals("epoch") ? before.why() : gap.why());
    dropParts();
    if (backMs != null && lastMs != null && gap.to() > lastMs) backMs = null; // It is not kept any more.
  }

  void received(Message message, long frameBytes) {
    List<Object> part = message.list("part");
    if (part.size() != 2 || !(part.get(0) instanceof Number index) || !(part.get(1) instanceof Number count))
      throw new GatewayException("INVALID", "the server sent a batch whose part is not [i, n]");
    if (index.intValue() == 0) dropParts();
    if (count.intValue() == 1) parts = message.list("records");
    else parts.addAll(message.list("records"));
    partsBytes += frameBytes;
    if (index.intValue() < count.intValue() - 1) {
      grant();
      return;
    }
    long batchTime = message.number("batchTime");
    int redelivery = (int) message.number("redelivery", 0);
    if (againFromMs != null && (redelivery > 0 || batchTime <= againToMs)) redelivery++;
    if (redelivery == 0 || lastMs == null) {
      lastMs = batchTime;
      lastEpoch = serverEpoch;
    } else if (backMs != null && redelivery == nacks) backMs = batchTime < lastMs ? (Long) (batchTime + 1) : null;
    Batch batch = new Batch(this, serverEpoch, batchTime, parts, redelivery, gap);
    held.add(new Held(batch, partsBytes));
    parts = new ArrayList<>();
    partsBytes = 0;
    gap = null;
    serve();
  }

  /** The rest of a batch does not come, as it was lost, or another one was given back. The server has counted what came of it. */
  private void dropParts() {
    doneBytes += partsBytes;
    parts = new ArrayList<>();
    partsBytes = 0;
  }

  /** From any thread. */
  void ack(Batch batch) {
    link.loop.run(
        () -> {
          if (sub < 0 || !batch.epoch().equals(serverEpoch)) return;
          link.post(Message.of("ack").with("sub", sub).with("batchTime", batch.batchTime()));
        });
  }

  /** From any thread. */
  void nack(Batch batch, Map<String, Object> how) {
    if (isStopped || !batch.epoch().equals(serverEpoch)) return; // What another log had cannot come again.
    long first = batch.batchTime();
    synchronized (this) {
      isTakenBack = true;
      position = Position.of(batch.epoch(), Math.min(position.after().orElse(first - 1), first - 1));
    }
    link.loop.run(
        () -> {
          if (isOver || !batch.epoch().equals(serverEpoch)) return;
          backMs = backMs == null ? first : Math.min(backMs, first);
          backEpoch = batch.epoch();
          // Where nobody is there to tell, the next session is.
          if (sub >= 0) giveBack(first, how);
        });
  }

  private void giveBack(long batchTime, Map<String, Object> how) {
    nacks++;
    Message message = Message.of("nack").with("sub", sub).with("batchTime", batchTime);
    how.forEach(message::with);
    link.post(message);
  }

  /** Says how much more may come, when a half of it is used up. */
  private void grant() {
    if (sub < 0) return;
    long records = Math.max(grantedRecords, doneRecords + options.windowRecords());
    // A batch larger than the window: what is here of it makes room for its other parts.
    long bytes = Math.max(grantedBytes, doneBytes + partsBytes + options.windowBytes());
    boolean isWorth =
        records - grantedRecords >= options.windowRecords() / 2.0 || bytes - grantedBytes >= options.windowBytes() / 2.0;
    if (!isWorth) return;
    grantedRecords = records;
    grantedBytes = bytes;
    link.post(Message.of("credit").with("sub", sub).with("records", records).with("bytes", bytes));
  }
}
