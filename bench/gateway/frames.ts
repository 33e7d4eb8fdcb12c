import { Packr } from 'msgpackr';

export type Encoding = 'json' | 'msgpack';

export const subprotocolOf = (encoding: Encoding): string => `dstreams.v1.${encoding}`;

const packr = new Packr({ useRecords: false, mapsAsObjects: true, variableMapSize: true });

export const encode = (message: object, encoding: Encoding): Buffer =>
  encoding === 'json' ? Buffer.from(JSON.stringify(message)) : Buffer.from(packr.pack(message));

export const decode = (bytes: Buffer, encoding: Encoding): unknown =>
  encoding === 'json' ? JSON.parse(bytes.toString()) : packr.unpack(bytes);

/** A number that stands in for one that is written over it: ten digits, or five bytes. */
const PLACE = { id: 3_999_999_991, pe: 3_999_999_992, seq: 3_999_999_993 } as const;

/**
 * A `pub` frame that can be sent again and again: encoded once, its numbers are written over the old ones, so that the
 * client costs as little as a client can.
 */
export class FrameTemplate {
  readonly bytes: Buffer;
  private readonly places: Readonly<Record<keyof typeof PLACE, number>>;

  constructor(
    stream: string,
    readonly records: readonly unknown[],
    private readonly encoding: Encoding,
  ) {
    this.bytes = encode({ t: 'pub', stream, ...PLACE, records: records.map((v) => ({ v })) }, encoding);
    const at = (value: number): number =>
      encoding === 'json' ? this.bytes.indexOf(String(value)) : this.bytes.indexOf(bigEndian(value));
    this.places = { id: at(PLACE.id), pe: at(PLACE.pe), seq: at(PLACE.seq) };
  }

  /** The frame with these numbers: the same buffer each time. */
  frame(id: number, pe: number, seq: number): Buffer {
    this.put(this.places.id, id);
    this.put(this.places.pe, pe);
    this.put(this.places.seq, seq);
    return this.bytes;
  }

  private put(at: number, value: number): void {
    if (this.encoding === 'json') this.bytes.write(String(value).padStart(10, ' '), at, 'latin1');
    else this.bytes.writeUInt32BE(value, at);
  }
}

function bigEndian(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
