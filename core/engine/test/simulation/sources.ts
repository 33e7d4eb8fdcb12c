import { StorageLevels } from '../../../data/index.ts';
import { rddOps } from '../../../internal.ts';
import type { InputSpec } from '../../../plan/index.ts';
import type { Receiver, ReceiverSupervisor, StoredBytes } from '../../../source/receiver.ts';
import type { Pair } from './program.ts';

/** A queue that lives elsewhere and keeps what was read, as Kafka does: a batch is a stretch of it. */
export function durableQueue(records: readonly Pair[]): InputSpec {
  return {
    kind: 'durable queue',
    isReceiver: false,
    create: (host) => {
      const ranges = new Map<number, readonly [from: number, to: number]>();
      let next = 0;
      /** Up to where it is written down. */
      let written = 0;
      return {
        start() {},
        plan(timeMs) {
          ranges.set(timeMs, [next, records.length]);
          next = records.length;
        },
        planned(timeMs) {
          const range = ranges.get(timeMs);
          written = Math.max(written, range?.[1] ?? 0);
          return range;
        },
        snapshot: () => written,
        restore(snapshot, planned) {
          next = (snapshot as number | undefined) ?? 0;
          for (const [timeMs, range] of planned) {
            const [from, to] = range as readonly [number, number];
            ranges.set(timeMs, [from, to]);
            next = Math.max(next, to);
          }
          written = next;
        },
        rdd(timeMs) {
          const [from, to] = ranges.get(timeMs) ?? [0, 0];
          return rddOps.sourceRdd(host.rdds, rddOps.sliceValues(records.slice(from, to), 2), timeMs);
        },
        release(timeMs) {
          for (const at of ranges.keys()) if (at <= timeMs) ranges.delete(at);
        },
        info: () => undefined,
        stop: async () => {},
        hasUnplanned: () => false,
      };
    },
  };
}

/** A receiver that the simulation hands its records. */
export class Hand implements Receiver {
  readonly name = 'Hand';
  readonly storageLevel = StorageLevels.MEMORY_ONLY;
  supervisor: ReceiverSupervisor | undefined;
  onStart(supervisor: ReceiverSupervisor): void {
    this.supervisor = supervisor;
  }
  onStop(): void {
    this.supervisor = undefined;
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();
export const bytesOf = (records: readonly Pair[]): Uint8Array => encoder.encode(JSON.stringify(records));

/** One whose bytes are in the log, and are made into records by it alone. */
export class BytesHand extends Hand {
  onRestore({ bytes }: StoredBytes): readonly Pair[] {
    return JSON.parse(decoder.decode(bytes)) as Pair[];
  }
}

export const lineOf = ([key, value]: Pair): string => `${key} ${value}`;
export const pairOf = (line: string): Pair => {
  const at = line.lastIndexOf(' ');
  return [line.slice(0, at), Number(line.slice(at + 1))];
};
