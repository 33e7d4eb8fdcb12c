import { isDStreamsError } from '../../core/internal.ts';
import type { DeadLetter } from '../ingress/records.ts';
import { JSON_CODEC } from '../protocol/codec.ts';
import type { OutputStream } from './output-stream.ts';
import { RetainedBatch } from './retained-batch.ts';

/** Letters of records that were refused, until the next batch. */
export class DeadLetters {
  /** By the stream that they go to. */
  private readonly waiting = new Map<string, DeadLetter[]>();

  /** `largestBytes`: of a letter that is published as it is, whatever the others are. */
  constructor(private readonly largestBytes: number) {}

  keep(stream: string, letters: readonly DeadLetter[]): void {
    const kept = this.waiting.get(stream);
    if (kept === undefined) this.waiting.set(stream, [...letters]);
    else for (const letter of letters) kept.push(letter);
  }

  /** What waits, as the batch of this time; an empty one where nothing does. */
  async publish(
    output: OutputStream,
    timeMs: number,
    publish: (letters: readonly DeadLetter[]) => Promise<void>,
  ): Promise<void> {
    const letters = this.waiting.get(output.name) ?? [];
    this.waiting.delete(output.name);
    output.order.begin(timeMs);
    try {
      try {
        await publish(letters);
      } catch (error) {
        if (!isDStreamsError(error, 'RECORD_TOO_LARGE')) throw error;
        // Whoever may publish could end the program by it, and again after each restart.
        await publish(await this.smaller(output, timeMs, letters));
      }
      output.order.end(timeMs);
    } catch (error) {
      output.fail(timeMs);
      throw error;
    }
  }

  /** Without key and value where a letter is too large for readers. */
  private async smaller(
    { limits, clock }: OutputStream,
    timeMs: number,
    letters: readonly DeadLetter[],
  ): Promise<readonly DeadLetter[]> {
    const all: DeadLetter[] = [];
    for (const letter of letters) {
      const alone = await RetainedBatch.inPieces(timeMs, [letter], limits, undefined, clock());
      const bytes = alone.largestBytes(JSON_CODEC);
      all.push(bytes <= this.largestBytes ? letter : withoutContent(letter, bytes));
    }
    return all;
  }
}

function withoutContent(letter: DeadLetter, bytes: number): DeadLetter {
  const issue = { path: '', message: `the key and the value are left out: the letter has ${bytes} bytes` };
  return { ...letter, key: null, value: null, issues: [issue, ...letter.issues] };
}
