import { beforeMs, type Outlet, Subscription } from '../egress/subscription.ts';
import { CLOSE, type ErrCode, Refusal } from '../protocol/codes.ts';
import type { ClientMessage } from '../protocol/messages.ts';
import { allows, type Claims } from '../rights/tokens.ts';
import type { Speaker } from './speaker.ts';
import { unknownStream } from './streams-shown.ts';

/** What one session reads. */
export class Subscriptions {
  private readonly all = new Map<number, Subscription>();
  private claims: Claims = { pub: [], sub: [] };
  private nextSub = 1_000_000;
  private readonly outlet: Outlet;

  constructor(private readonly speaker: Speaker) {
    this.outlet = {
      codec: speaker.codec,
      get isFull() {
        return speaker.isFull;
      },
      sendFrame: (frame, records) => {
        if (records > 0) speaker.hub.metrics.counters.add('records_out', records);
        speaker.sendFrame(frame);
      },
      sendGap: (gap) => {
        speaker.hub.metrics.counters.add('gaps');
        speaker.send({ t: 'gap', ...gap, from: Number.isFinite(gap.from) ? gap.from : 0 });
      },
      broke: (error) => {
        speaker.hub.logger.error('Gateway', `A batch could not be sent as ${speaker.codec.name}`, error);
        speaker.end(CLOSE.protocol, 'internal error');
      },
    };
  }

  get size(): number {
    return this.all.size;
  }

  /** For the status page. */
  list(): readonly Subscription[] {
    return [...this.all.values()];
  }

  /** The rights of a token, from now on. Gives the names of streams that were read and may not be any more. */
  allow(claims: Claims): string[] {
    this.claims = claims;
    const lost: string[] = [];
    for (const [sub, { stream }] of this.all) {
      if (allows(claims.sub, stream.name)) continue;
      this.remove(sub);
      lost.push(stream.name);
    }
    return lost;
  }

  /** Answers a `sub` message. */
  add({ id, stream: name, from = 'latest', epoch, ack, credit }: ClientMessage<'sub'>): void {
    const { speaker, claims } = this;
    const { hub } = speaker;
    const fail = (code: ErrCode, message: string) => speaker.send({ t: 'err', id, code, message, fatal: false });
    if (!allows(claims.sub, name)) return fail('FORBIDDEN', `the token may not subscribe to ${name}`);
    const stream = hub.outputs.get(name);
    if (stream === undefined) return fail('STREAM_UNKNOWN', unknownStream(hub, claims, name, 'out'));
    if (this.all.size >= hub.limits.subscriptions) {
      return fail('LIMIT', `a connection has at most ${hub.limits.subscriptions} subscriptions`);
    }
    const sub = this.all.has(stream.number) ? this.nextSub++ : stream.number;
    const { counters } = hub.metrics;
    let afterMs = Number.NEGATIVE_INFINITY;
    let gap: { from: number; why: 'retention' | 'epoch' } | undefined;
    if (from === 'latest') afterMs = stream.publishedMs;
    else if (from !== 'earliest') {
      const position = 'after' in from ? from.after : beforeMs(from.batchTime);
      if (epoch !== undefined && epoch !== hub.epoch) {
        counters.add('resumes_epoch');
        gap = { from: position, why: 'epoch' };
      } else if (position < stream.lostBefore(stream.after(position))) {
        counters.add('resumes_gap');
        gap = { from: position, why: 'retention' };
        afterMs = position;
      } else {
        counters.add('resumes_continued');
        afterMs = position;
      }
    }
    if (from === 'earliest' || gap?.why === 'epoch') afterMs = stream.lostMs;
    const limits = credit ?? { records: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };
    const subscription = new Subscription(
      { sub, stream, isManual: ack === 'manual', credit: limits, afterMs, gap },
      this.outlet,
      hub.clock,
    );
    this.all.set(sub, subscription);
    speaker.send({
      t: 'subok',
      id,
      sub,
      epoch: hub.epoch,
      oldest: stream.oldestMs,
      // Kept or not: who comes again after it has missed nothing.
      latest: Number.isFinite(stream.publishedMs) ? stream.publishedMs : undefined,
      next: subscription.nextMs,
    });
    subscription.start();
  }

  /** Throws `Refusal`. */
  get(sub: number): Subscription {
    const found = this.all.get(sub);
    if (found === undefined) throw new Refusal('SUB_UNKNOWN', `there is no subscription ${sub}`);
    return found;
  }

  /** Throws `Refusal`. */
  remove(sub: number): void {
    this.get(sub).stop();
    this.all.delete(sub);
  }

  /** There is room: they go on. */
  wake(): void {
    for (const subscription of this.all.values()) subscription.wake();
  }

  /** The connection has ended. */
  close(): void {
    for (const subscription of this.all.values()) subscription.stop();
    this.all.clear();
  }
}
