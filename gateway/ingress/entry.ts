/**
 * What one `pub` frame is in the log: producer, epoch, sequence and data together, so that they are safe together or not
 * at all. Layout: version, codec, how many records at the front were there already, producer epoch, first sequence
 * (0: none), length of the producer's name, the name, the frame as it came.
 */
export interface LogEntry {
  readonly codec: 'json' | 'msgpack';
  readonly producer: string | undefined;
  readonly epoch: number;
  readonly seq: number;
  readonly skip: number;
  readonly frame: Uint8Array;
}

const VERSION = 1;
const HEAD_BYTES = 24;

export function encodeEntry({ codec, producer, epoch, seq, skip, frame }: LogEntry): Uint8Array {
  const name = Buffer.from(producer ?? '');
  const bytes = Buffer.allocUnsafe(HEAD_BYTES + name.length + frame.length);
  bytes[0] = VERSION;
  bytes[1] = codec === 'json' ? 0 : 1;
  bytes.writeUInt32LE(skip, 2);
  bytes.writeDoubleLE(epoch, 6);
  bytes.writeDoubleLE(seq, 14);
  bytes.writeUInt16LE(name.length, 22);
  name.copy(bytes, HEAD_BYTES);
  bytes.set(frame, HEAD_BYTES + name.length);
  return bytes;
}

/** undefined for bytes that are no entry: the log's checksum says that they are as they were written. */
export function decodeEntry(bytes: Uint8Array): LogEntry | undefined {
  if (bytes.length < HEAD_BYTES || bytes[0] !== VERSION) return undefined;
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const nameBytes = view.readUInt16LE(22);
  const name = view.toString('utf8', HEAD_BYTES, HEAD_BYTES + nameBytes);
  return {
    codec: bytes[1] === 0 ? 'json' : 'msgpack',
    producer: name === '' ? undefined : name,
    epoch: view.readDoubleLE(6),
    seq: view.readDoubleLE(14),
    skip: view.readUInt32LE(2),
    frame: view.subarray(HEAD_BYTES + nameBytes),
  };
}
