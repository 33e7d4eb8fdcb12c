import { promisify } from 'node:util';
import { deflate, deflateSync, gunzip, gunzipSync, gzip, gzipSync, inflate, inflateSync } from 'node:zlib';
import type { CompressionCodec } from './compression.ts';

/** Smaller pieces are done at once, larger ones beside the event loop, which must not be held. */
const SYNC_BYTES_MAX = 32 * 1024;

const later = {
  deflate: promisify(deflate),
  gzip: promisify(gzip),
  inflate: promisify(inflate),
  gunzip: promisify(gunzip),
};

export async function compress({ kind }: CompressionCodec, bytes: Uint8Array): Promise<Uint8Array> {
  const isGzip = kind === 'gzip';
  if (bytes.length <= SYNC_BYTES_MAX) return isGzip ? gzipSync(bytes) : deflateSync(bytes);
  // The caller's buffer is used again while another thread would read it.
  const own = Buffer.from(bytes);
  return isGzip ? later.gzip(own) : later.deflate(own);
}

/** Throws what zlib throws, and where more than `bytesMax` would come out: `ERR_BUFFER_TOO_LARGE`. */
export async function decompress({ kind }: CompressionCodec, bytes: Uint8Array, bytesMax: number): Promise<Uint8Array> {
  const isGzip = kind === 'gzip';
  const options = { maxOutputLength: bytesMax };
  if (bytes.length <= SYNC_BYTES_MAX) return isGzip ? gunzipSync(bytes, options) : inflateSync(bytes, options);
  return isGzip ? later.gunzip(bytes, options) : later.inflate(bytes, options);
}
