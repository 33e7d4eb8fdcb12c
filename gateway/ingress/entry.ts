/**
 * What one `pub` frame is in the log: producer, epoch, sequence and data together, so that they are safe together or not
 * at all. Frames that come in one turn share a record of the log: the version 2, and for each frame its length in bytes (4), then
 * codec (1), how many records at its front were there already (4), producer epoch (8), first sequence (8; 0: none), length of
 * the producer's name (2), the name, the frame as it came. Version 1 was one such frame, without the length.
 */
export interface LogEntry {
  readonly codec: 'json' | 'msgpack';
  readonly producer: string | undefined;
  readonly epoch: number;
  readonly seq: number;
  readonly skip: number;
  readonly frame: Uint8Array;
}

const VERSION_ONE = 1;
const VERSION = 2;
const LENGTH_BYTES = 4;
/** Of an entry, before the producer's name. */
const HEAD_BYTES = 23;

export function encodeEntries(entries: readonly LogEntry[]): Uint8Array {
  const names = new Map<string, Buffer>();
  let total = 1;
  for (const { producer = '', frame } of entries) {
    let name = names.get(producer);
    if (name === undefined) names.set(producer, (name = Buffer.from(producer)));
    total += LENGTH_BYTES + HEAD_BYTES + name.length + frame.length;
  }
  const bytes = Buffer.allocUnsafe(total);
  bytes[0] = VERSION;
  let at = 1;
  for (const { codec, producer = '', epoch, seq, skip, frame } of entries) {
    const name = names.get(producer)!;
    bytes.writeUInt32LE(HEAD_BYTES + name.length + frame.length, at);
    at += LENGTH_BYTES;
    bytes[at] = codec === 'json' ? 0 : 1;
    bytes.writeUInt32LE(skip, at + 1);
    bytes.writeDoubleLE(epoch, at + 5);
    bytes.writeDoubleLE(seq, at + 13);
    bytes.writeUInt16LE(name.length, at + 21);
    bytes.set(name, at + HEAD_BYTES);
    at += HEAD_BYTES + name.length;
    bytes.set(frame, at);
    at += frame.length;
  }
  return bytes;
}

/** None for bytes that are no entries: the log's checksum says that they are as they were written. */
export function decodeEntries(bytes: Uint8Array): LogEntry[] {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view[0] === VERSION_ONE) return view.length > HEAD_BYTES ? [entryOf(view.subarray(1))] : [];
  const entries: LogEntry[] = [];
  if (view[0] !== VERSION) return entries;
  for (let at = 1; at + LENGTH_BYTES + HEAD_BYTES <= view.length; ) {
    const end = at + LENGTH_BYTES + view.readUInt32LE(at);
    entries.push(entryOf(view.subarray(at + LENGTH_BYTES, end)));
    at = end;
  }
  return entries;
}

function entryOf(view: Buffer): LogEntry {
  const nameEnd = HEAD_BYTES + view.readUInt16LE(21);
  const name = view.toString('utf8', HEAD_BYTES, nameEnd);
  return {
    codec: view[0] === 0 ? 'json' : 'msgpack',
    producer: name === '' ? undefined : name,
    epoch: view.readDoubleLE(5),
    seq: view.readDoubleLE(13),
    skip: view.readUInt32LE(1),
    frame: view.subarray(nameEnd),
  };
}
