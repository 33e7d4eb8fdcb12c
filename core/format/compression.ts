import { constants, createDeflate, createGunzip, createGzip, createInflate } from 'node:zlib';
import { describeValue } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';

/** A way to compress a stream of bytes, by the names that Hadoop has for it. */
export interface CompressionCodec {
  readonly kind: 'gzip' | 'deflate';
  /** The class that other readers look for. */
  readonly className: string;
  /** Of files that are compressed as a whole. */
  readonly extension: string;
}

const PACKAGE = 'org.apache.hadoop.io.compress';

export const GZIP: CompressionCodec = { kind: 'gzip', className: `${PACKAGE}.GzipCodec`, extension: '.gz' };
/** zlib's format, RFC 1950. */
export const DEFLATE: CompressionCodec = {
  kind: 'deflate',
  className: `${PACKAGE}.DefaultCodec`,
  extension: '.deflate',
};

const BY_NAME: ReadonlyMap<string, CompressionCodec> = new Map([
  ['gzip', GZIP],
  ['gz', GZIP],
  ['gzipcodec', GZIP],
  [GZIP.className.toLowerCase(), GZIP],
  ['deflate', DEFLATE],
  ['zlib', DEFLATE],
  ['defaultcodec', DEFLATE],
  ['deflatecodec', DEFLATE],
  [DEFLATE.className.toLowerCase(), DEFLATE],
  [`${PACKAGE}.deflatecodec`, DEFLATE],
]);

/** Hadoop's class of this name, for programs that name it. */
export class GzipCodec {
  /** The name by which Hadoop knows it. */
  static readonly className: string = GZIP.className;
  /** `GzipCodec.class`, as Java writes it. */
  static get class(): typeof GzipCodec {
    return GzipCodec;
  }
}

/** Hadoop's class of this name, which is zlib's format. */
export class DefaultCodec {
  /** The name by which Hadoop knows it. */
  static readonly className: string = DEFLATE.className;
  /** `DefaultCodec.class`, as Java writes it. */
  static get class(): typeof DefaultCodec {
    return DefaultCodec;
  }
}

/** Another name of `DefaultCodec`. */
export class DeflateCodec {
  /** The name by which Hadoop knows it. */
  static readonly className: string = `${PACKAGE}.DeflateCodec`;
  /** `DeflateCodec.class`, as Java writes it. */
  static get class(): typeof DeflateCodec {
    return DeflateCodec;
  }
}

/** By class name or short name (`gzip`, `deflate`). Throws `UNSUPPORTED` for any other. */
export function codecNamed(name: string): CompressionCodec {
  const codec = BY_NAME.get(String(name).trim().toLowerCase());
  if (codec !== undefined) return codec;
  throw new DStreamsError(
    'UNSUPPORTED',
    `The compression codec ${typeof name === 'string' ? name : describeValue(name)} is not there. Use ${GZIP.className} or ${DEFLATE.className}.`,
    { details: { codec: name } },
  );
}

/** Extensions of codecs that Hadoop has and this does not: to be refused, not read as text. */
const FOREIGN = ['.bz2', '.lz4', '.snappy', '.zst', '.lzo_deflate'];

/** How a file is compressed, by its extension; undefined: not at all. Throws `UNSUPPORTED` for a codec that is not there. */
export function codecOf(path: string): CompressionCodec | undefined {
  if (path.endsWith(GZIP.extension)) return GZIP;
  if (path.endsWith(DEFLATE.extension)) return DEFLATE;
  const foreign = FOREIGN.find((extension) => path.endsWith(extension));
  if (foreign === undefined) return undefined;
  throw new DStreamsError('UNSUPPORTED', `${path}: files that end in ${foreign} cannot be read. Use .gz or .deflate.`, {
    details: { path },
  });
}

/** Whether a file has to be read from its beginning. Of a codec that is not there, too: whoever reads the file is told. */
export const isCompressed = (path: string): boolean =>
  [GZIP.extension, DEFLATE.extension, ...FOREIGN].some((extension) => path.endsWith(extension));

/** A stream that makes plain bytes of compressed ones; gzip files may have several members. */
export const decompressor = ({ kind }: CompressionCodec) => (kind === 'gzip' ? createGunzip() : createInflate());

/** The same bytes for the same input: gzip's header has no time. */
export const compressor = ({ kind }: CompressionCodec) =>
  kind === 'gzip' ? createGzip({ level: constants.Z_DEFAULT_COMPRESSION }) : createDeflate();
