import type { LogRecord, WriteAheadLog } from '../checkpoint/index.ts';
import type { Codec } from '../data/index.ts';
import type { InputRun, StreamLog, StreamLogEntry } from '../plan/index.ts';
import type { FullDisk } from './full-disk.ts';

/** Of the log's records of what was received. */
const LOG_BLOCK = 2;

const NOTHING = new Uint8Array(0);

interface LoggedBlock extends StreamLogEntry {
  readonly uid: string;
}

/** What was received, as it was seen while the log was opened; its bytes are read again where somebody looks at them. */
export type LoggedHead = Omit<LoggedBlock, 'bytes'>;

/** The log as one input sees it. A record: the stream's uid, what it is, how many records, its position, and the bytes. */
export function streamLog(log: WriteAheadLog, disk: FullDisk, codec: Codec, uid: string): StreamLog {
  return {
    get hasRoom() {
      return disk.hasRoom;
    },
    untilRoom: async () => void (await disk.untilRoom()),
    append: async ({ kind, count, position, bytes }) => {
      const head = codec.encodeValue([uid, kind, count, position]);
      const length = new Uint8Array(2);
      new DataView(length.buffer).setUint16(0, head.length, true);
      return (await log.append(LOG_BLOCK, [length, head, bytes])).sequence;
    },
    read: async function* (first, last) {
      for await (const record of log.read(first, last + 1)) {
        const block = blockOf(record, codec);
        if (block?.uid === uid) yield block;
      }
    },
  };
}

export function headOf(record: LogRecord, codec: Codec): LoggedHead | undefined {
  const block = blockOf(record, codec);
  if (block === undefined) return undefined;
  const { bytes: _, ...head } = block;
  return head;
}

function blockOf({ type, payload, sequence }: LogRecord, codec: Codec): LoggedBlock | undefined {
  if (type !== LOG_BLOCK) return undefined;
  const end = 2 + new DataView(payload.buffer, payload.byteOffset, payload.byteLength).getUint16(0, true);
  const [uid, kind, count, position] = codec.decodeValue(payload.subarray(2, end)) as [
    string,
    StreamLogEntry['kind'],
    number,
    number,
  ];
  return { uid, kind, count, position, sequence, bytes: payload.subarray(end) };
}

/**
 * Shows the inputs what of them is in the log, in order. Only what a receiver understands alone is read again: of a block it
 * is enough that it is there.
 */
export async function showLogged(
  logged: readonly LoggedHead[],
  log: WriteAheadLog,
  { inputs, codec }: { readonly inputs: ReadonlyMap<string, InputRun>; readonly codec: Codec },
): Promise<void> {
  const show = (block: LoggedBlock) => inputs.get(block.uid)?.restoreLogged?.(block);
  const showHeads = (heads: readonly LoggedHead[]) => {
    for (const head of heads) show({ ...head, bytes: NOTHING });
  };
  const first = logged.findIndex(({ kind }) => kind === 'bytes');
  if (first < 0) return showHeads(logged);
  const last = logged.findLastIndex(({ kind }) => kind === 'bytes');
  showHeads(logged.slice(0, first));
  for await (const record of log.read(logged[first]!.sequence, logged[last]!.sequence + 1)) {
    const block = blockOf(record, codec);
    if (block !== undefined) show(block);
  }
  showHeads(logged.slice(last + 1));
}
