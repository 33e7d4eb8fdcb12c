interface Producer {
  epoch: number;
  usedMs: number;
  readonly streams: Map<string, Sequence>;
}

interface Sequence {
  /** The last one that was taken. */
  taken: number;
  /** The last one that is as safe as the engine makes it: never above `taken`. */
  safe: number;
  /** The last one whose sender waits until it is safe. */
  awaited: number;
}

/** Plain data, for a checkpoint. */
export type ProducersSnapshot = readonly (readonly [
  id: string,
  epoch: number,
  usedMs: number,
  last: [string, number][],
])[];

/**
 * The table of producers, by their keys: the last sequence of each, by stream, and the epoch of its newest session, which fences older
 * ones. It is part of the checkpoint, and what came after that is read from the log.
 */
export class Producers {
  /** Least recently used first. */
  private readonly all = new Map<string, Producer>();

  constructor(
    private readonly producersMax: number,
    private readonly nowMs: () => number,
    /** Whether a session speaks for it: such a one is not forgotten for others that only come by. */
    private readonly isConnected: (id: string) => boolean = () => false,
  ) {}

  get size(): number {
    return this.all.size;
  }

  /** A producer says hello: its sessions so far are old. */
  enter(id: string): { epoch: number; last: Record<string, number>; known: boolean } {
    const known = this.all.has(id);
    const producer = this.of(id);
    producer.epoch++;
    return { epoch: producer.epoch, last: this.lastOf(producer), known };
  }

  epochOf(id: string): number {
    return this.all.get(id)?.epoch ?? 0;
  }

  /** The last sequence that was taken. */
  takenOf(id: string, stream: string): number {
    return this.all.get(id)?.streams.get(stream)?.taken ?? 0;
  }

  safeOf(id: string, stream: string): number {
    return this.all.get(id)?.streams.get(stream)?.safe ?? 0;
  }

  take(id: string, stream: string, seq: number, isAwaited: boolean): void {
    const sequence = this.sequence(id, stream);
    if (seq > sequence.taken) sequence.taken = seq;
    if (isAwaited && seq > sequence.awaited) sequence.awaited = seq;
  }

  /** Whether a frame is on its way whose sender waits until it is safe: an acknowledgement of a later one would be one of it. */
  isAwaited(id: string, stream: string): boolean {
    const sequence = this.all.get(id)?.streams.get(stream);
    return sequence !== undefined && sequence.awaited > sequence.safe;
  }

  /** What was taken and is not safe could not be stored: it may come again. */
  giveUp(id: string, stream: string): void {
    const sequence = this.sequence(id, stream);
    sequence.taken = sequence.awaited = sequence.safe;
  }

  makeSafe(id: string, stream: string, seq: number): void {
    const sequence = this.sequence(id, stream);
    if (seq > sequence.safe) sequence.safe = seq;
    if (seq > sequence.taken) sequence.taken = seq;
  }

  /** From the log: an older session's epoch must not come back. */
  restoreEpoch(id: string, epoch: number): void {
    const producer = this.of(id);
    if (epoch > producer.epoch) producer.epoch = epoch;
  }

  snapshot(): ProducersSnapshot {
    return [...this.all].map(([id, { epoch, usedMs, streams }]) => [
      id,
      epoch,
      usedMs,
      // What is not safe may still be lost.
      [...streams].map(([stream, { safe }]) => [stream, safe]),
    ]);
  }

  /** What is known already, from the log, wins where it is newer; and was used later: it is not to be forgotten for the others. */
  restore(snapshot: ProducersSnapshot): void {
    const fromLog = [...this.all];
    this.all.clear();
    for (const [id, epoch, usedMs, last] of snapshot) {
      this.restoreEpoch(id, epoch);
      for (const [stream, seq] of last) this.makeSafe(id, stream, seq);
      this.of(id).usedMs = usedMs;
    }
    for (const [id, { epoch, usedMs, streams }] of fromLog) {
      this.restoreEpoch(id, epoch);
      for (const [stream, { safe }] of streams) this.makeSafe(id, stream, safe);
      this.touch(id, this.of(id), usedMs);
    }
  }

  private lastOf({ streams }: Producer): Record<string, number> {
    return Object.fromEntries([...streams].map(([stream, { safe }]) => [stream, safe]));
  }

  private sequence(id: string, stream: string): Sequence {
    const { streams } = this.of(id);
    let sequence = streams.get(stream);
    if (sequence === undefined) {
      sequence = { taken: 0, safe: 0, awaited: 0 };
      streams.set(stream, sequence);
    }
    return sequence;
  }

  private forgetOne(): void {
    for (const id of this.all.keys()) {
      if (this.isConnected(id)) continue;
      this.all.delete(id);
      return;
    }
    this.all.delete(this.all.keys().next().value!);
  }

  private of(id: string): Producer {
    let producer = this.all.get(id);
    if (producer === undefined) {
      producer = { epoch: 0, usedMs: 0, streams: new Map() };
      if (this.all.size >= this.producersMax) this.forgetOne();
      this.all.set(id, producer);
    }
    const nowMs = this.nowMs();
    // Moved to the end now and then, not for each frame.
    if (nowMs - producer.usedMs >= 1000) this.touch(id, producer, nowMs);
    return producer;
  }

  private touch(id: string, producer: Producer, usedMs: number): void {
    producer.usedMs = usedMs;
    this.all.delete(id);
    this.all.set(id, producer);
  }
}
