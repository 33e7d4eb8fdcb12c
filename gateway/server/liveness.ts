import type { Timer } from '../../core/internal.ts';
import { CLOSE } from '../protocol/codes.ts';
import type { Speaker } from './speaker.ts';

/** Pings a peer, and ends its session when nothing comes back. */
export class Heartbeat {
  private heardMs: number;
  private timer: Timer | undefined;

  constructor(private readonly speaker: Speaker) {
    this.heardMs = speaker.hub.clock.now();
  }

  /** Something came: it lives. */
  heard(): void {
    this.heardMs = this.speaker.hub.clock.now();
  }

  start(): void {
    const { speaker } = this;
    const { clock, limits } = speaker.hub;
    this.timer = clock.setTimer(clock.now() + limits.heartbeatMs, () => {
      if (!speaker.isGreeted) return;
      if (clock.now() - this.heardMs >= limits.deadMs) {
        speaker.end(CLOSE.heartbeatLost, `nothing heard for ${limits.deadMs} ms`);
        return;
      }
      speaker.link.ping();
      this.start();
    });
  }

  stop(): void {
    this.timer?.cancel();
  }
}

/** Watches a peer that has much to read: who reads nothing of it for `stalledMs` is no reader. */
export class ReaderWatch {
  private watched: { readonly takenBytes: number } | undefined;

  constructor(private readonly speaker: Speaker) {}

  /** Its buffer is full. */
  start(): void {
    if (this.watched === undefined) this.watch();
  }

  /** There is room again, or the session has ended. */
  stop(): void {
    this.watched = undefined;
  }

  private watch(): void {
    const { speaker } = this;
    const { link, hub } = speaker;
    const { clock, limits } = hub;
    const watched = { takenBytes: link.takenBytes() };
    this.watched = watched;
    clock.setTimer(clock.now() + limits.stalledMs, () => {
      if (this.watched !== watched) return;
      this.watched = undefined;
      if (!speaker.isFull) return;
      if (link.takenBytes() > watched.takenBytes) this.watch();
      else speaker.end(CLOSE.slowConsumer, `nothing was read for ${limits.stalledMs} ms`);
    });
  }
}
