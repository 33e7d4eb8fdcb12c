package dstreams.client;

import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The client's one thread: all that changes does so on it, in the order in which it was given. It goes when there has been
 * nothing to do for a second, and comes back when there is: so a closed client keeps none.
 */
final class Loop {
  private final ScheduledThreadPoolExecutor executor;
  private volatile Thread thread;

  Loop(String name) {
    executor =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, name);
              made.setDaemon(true);
              thread = made;
              return made;
            });
    executor.setRemoveOnCancelPolicy(true);
    executor.setKeepAliveTime(1, TimeUnit.SECONDS);
    executor.allowCoreThreadTimeOut(true);
  }

  void run(Runnable work) {
    executor.execute(work);
  }

  ScheduledFuture<?> later(long delayMs, Runnable work) {
    return executor.schedule(work, delayMs, TimeUnit.MILLISECONDS);
  }

  /** Whoever waits here for the client would wait for ever. */
  boolean isHere() {
    return Thread.currentThread() == thread;
  }
}
