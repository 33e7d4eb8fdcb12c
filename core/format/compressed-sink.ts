import { type CompressionCodec, compressor } from './compression.ts';
import type { ByteSink } from './output-format.ts';

/** Small writes are gathered: each call of zlib costs a turn of the event loop. */
const GATHER_BYTES = 64 * 1024;

/** Compresses what is written on its way to another sink; `end` writes the rest. At most a few pieces are held. */
export class CompressedSink implements ByteSink {
  position = 0;
  private readonly stream: ReturnType<typeof compressor>;
  private gathered: Buffer[] = [];
  private gatheredBytes = 0;
  private made: Uint8Array[] = [];
  private failure: Error | undefined;

  constructor(
    private readonly sink: ByteSink,
    codec: CompressionCodec,
  ) {
    this.stream = compressor(codec);
    this.stream.on('data', (piece: Uint8Array) => this.made.push(piece));
    this.stream.on('error', (error) => {
      this.failure = error;
    });
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.position += bytes.length;
    this.gathered.push(Buffer.from(bytes));
    this.gatheredBytes += bytes.length;
    if (this.gatheredBytes >= GATHER_BYTES) await this.compress();
  }

  async end(): Promise<void> {
    await this.compress();
    await new Promise<void>((resolve) => {
      this.stream.once('close', resolve);
      this.stream.end();
    });
    await this.handOn();
  }

  private async compress(): Promise<void> {
    if (this.gatheredBytes === 0) return;
    const bytes = Buffer.concat(this.gathered, this.gatheredBytes);
    this.gathered = [];
    this.gatheredBytes = 0;
    await new Promise<void>((resolve) => this.stream.write(bytes, () => resolve()));
    await this.handOn();
  }

  private async handOn(): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    for (const piece of this.made.splice(0)) await this.sink.write(piece);
  }
}
