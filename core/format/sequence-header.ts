import { codecNamed, type CompressionCodec } from './compression.ts';
import type { DataReader, DataWriter } from './data-bytes.ts';
import { MalformedBytes } from './data-bytes.ts';

/** What stands at the head of a sequence file (Hadoop's format, version 6). */
export interface SequenceHeader {
  readonly keyClass: string;
  readonly valueClass: string;
  /** `record`: each value by itself; `block`: many keys and values together. */
  readonly compression: 'none' | 'record' | 'block';
  /** undefined where nothing is compressed. */
  readonly codec: CompressionCodec | undefined;
  /** 16 bytes that stand between records now and then: where a reader may begin. */
  readonly sync: Uint8Array;
}

export const VERSION = 6;
export const SYNC_BYTES = 16;
/** Stands where the length of a record would: a sync marker follows. */
export const SYNC_ESCAPE = -1;
/** Names of classes and codecs are short; what says otherwise is no sequence file. */
const NAME_BYTES_MAX = 4096;
/** A head that is longer holds metadata that nobody put there on purpose. */
export const HEADER_BYTES_MAX = 1024 * 1024;

export function writeHeader(out: DataWriter, header: SequenceHeader): void {
  out.bytes(Buffer.from('SEQ'));
  out.byte(VERSION);
  out.text(header.keyClass);
  out.text(header.valueClass);
  out.byte(header.compression === 'none' ? 0 : 1);
  out.byte(header.compression === 'block' ? 1 : 0);
  if (header.codec !== undefined) out.text(header.codec.className);
  out.int32(0); // metadata: none
  out.bytes(header.sync);
}

/** Throws `MalformedBytes` where the bytes are no such head or end inside it, `UNSUPPORTED` for a codec that is not there. */
export function readHeader(input: DataReader): SequenceHeader {
  const magic = input.bytes(3).toString('latin1');
  if (magic !== 'SEQ') throw new MalformedBytes('this is no sequence file: it does not begin with SEQ');
  const version = input.byte();
  if (version !== VERSION)
    throw new MalformedBytes(`a sequence file of version ${version}; version ${VERSION} is read`);
  const keyClass = input.text(NAME_BYTES_MAX);
  const valueClass = input.text(NAME_BYTES_MAX);
  const isCompressed = input.byte() !== 0;
  const isBlock = input.byte() !== 0;
  const codec = isCompressed ? codecNamed(input.text(NAME_BYTES_MAX)) : undefined;
  const entries = input.int32();
  if (entries < 0) throw new MalformedBytes(`${entries} entries of metadata`);
  for (let i = 0; i < entries; i++) {
    input.text();
    input.text();
  }
  const sync = new Uint8Array(input.bytes(SYNC_BYTES));
  return {
    keyClass,
    valueClass,
    compression: isBlock && isCompressed ? 'block' : isCompressed ? 'record' : 'none',
    codec,
    sync,
  };
}
