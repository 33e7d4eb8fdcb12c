import { StringDecoder } from 'node:string_decoder';
import { isDStreamsError } from '../../core/errors.ts';
import { SystemClock } from '../../core/time/index.ts';
import { type GatewayClient, GatewayError } from '../../gateway/clients/js/node.ts';
import { invalid } from './arguments.ts';

/** Lines that are published at once at most, and bytes of them. */
const LINES_MAX = 500;
const BYTES_MAX = 128 * 1024;
/** How much longer a line may be on its way: an escape for each of its characters. */
const LONGER = 6;
/** A line that no gateway takes: what is longer is not waited for. In UTF-16 units. */
const LINE_MAX = 64 * 1024 * 1024;

/** Why it ends before its input does. */
export interface Stop {
  /** The exit code. */
  readonly code: number;
  /** How long it waits for what is on its way. */
  readonly waitMs: number;
}

export interface Publishing {
  /** Throws what is said of a line that is none. */
  readonly parse: (line: string, number: number) => unknown;
  readonly skipsEmpty: boolean;
  readonly send: (values: unknown[]) => Promise<unknown>;
  /** Resolves when it is told to stop. */
  readonly stopped: Promise<Stop>;
  /** Resolves when the client has ended. */
  readonly closed: Promise<void>;
  readonly say: (text: string) => void;
}

interface Line {
  readonly number: number;
  readonly value: unknown;
}

/** Lines on their way. */
class Sending {
  /** What is wrong with lines that a gateway refused, by their numbers. */
  readonly refused = new Map<number, string>();
  /** The first thing that ends the reading. */
  failure: unknown;
  /** Lines without an answer, or with none that is of them alone: from the first of them on nobody knows. */
  private readonly open = new Set<Line>();
  private readonly all = new Set<Promise<void>>();

  constructor(
    private readonly send: Publishing['send'],
    private readonly onFailure: () => void,
  ) {}

  fail(error: unknown): void {
    this.failure ??= error;
    this.onFailure();
  }

  add(group: readonly Line[]): void {
    for (const line of group) this.open.add(line);
    const sent = this.publish(group).finally(() => this.all.delete(sent));
    this.all.add(sent);
  }

  async settled(): Promise<void> {
    while (this.all.size > 0) await Promise.all(this.all);
  }

  /** The number of the first line that is not known to be published; undefined where all are, or are refused. */
  get firstOpen(): number | undefined {
    let first: number | undefined;
    for (const { number } of this.open) if (first === undefined || number < first) first = number;
    return first;
  }

  /** One frame: where some of its lines are refused, nothing of it was stored, and the others are sent again. */
  private async publish(group: readonly Line[]): Promise<void> {
    let rest = group;
    while (rest.length > 0) {
      try {
        await this.send(rest.map(({ value }) => value));
        break;
      } catch (error) {
        this.fail(error);
        const bad = error instanceof GatewayError ? (error.bad ?? []) : [];
        if (bad.length === 0) return;
        for (const { index, path, message } of bad) {
          const line = rest[index]!;
          const words = `line ${line.number}: ${path === '' ? '' : `${path}: `}${message}`;
          const before = this.refused.get(line.number);
          this.refused.set(line.number, before === undefined ? words : `${before}\n${words}`);
          this.open.delete(line);
        }
        rest = rest.filter((line) => this.open.has(line));
      }
    }
    for (const line of rest) this.open.delete(line);
  }
}

/**
 * Publishes lines until they end, one is wrong, or it is stopped; what was read before that is published. Resolves with the exit
 * code once all is acknowledged. Rejects with what is wrong, and says then where to go on.
 */
export async function publishLines(
  input: NodeJS.ReadableStream & { destroy(): void },
  client: GatewayClient,
  { parse, skipsEmpty, send, stopped, closed, say }: Publishing,
): Promise<number> {
  let stop = (): void => {};
  const ended = new Promise<undefined>((resolve) => (stop = () => resolve(undefined)));
  const sending = new Sending(send, () => stop());
  let code = 0;
  void stopped.then((given) => {
    code = given.code;
    stop();
  });
  void closed.then(stop);
  let last = 0;
  /** Lines that were taken from the input, of which the last ones may stay here. */
  let read = 0;
  let group: Line[] = [];
  let bytes = 0;
  const flush = () => {
    if (group.length > 0) sending.add(group);
    group = [];
    bytes = 0;
  };
  const isOver = () => code !== 0 || sending.failure !== undefined;
  const room = () => Promise.race([client.ready(), ended]);
  try {
    // What fits one frame is known from then on.
    await Promise.race([client.connected(), stopped]);
    // What is not read stays in a pipe for whoever comes next.
    if (isOver()) input.destroy();
    const bytesMax = Math.min(BYTES_MAX, client.frame.bytes / LONGER);
    const linesMax = Math.min(LINES_MAX, client.frame.records);
    reading: for await (const lines of isOver() ? [] : turns(input, ended)) {
      read += lines.length;
      for (const text of lines) {
        if (isOver()) break reading;
        last++;
        if (skipsEmpty && text.trim() === '') continue;
        let value: unknown;
        try {
          value = parse(text, last);
        } catch (error) {
          last--; // It is the first to go on with.
          throw error;
        }
        const size = Buffer.byteLength(text) + 16;
        if (group.length >= linesMax || bytes + size > bytesMax) {
          flush();
          await room();
        }
        group.push({ number: last, value });
        bytes += size;
      }
      // Lines that come slowly, as by hand, do not wait for others.
      flush();
      await room();
    }
    flush();
    // Its failure, where it has ended the reading.
    if (!isOver()) await Promise.race([client.ready(), stopped]);
  } catch (error) {
    flush();
    sending.fail(error);
  }
  await settled(sending, stopped);
  try {
    return result(sending, last, read, code, say);
  } finally {
    // Afterwards: what is still on its way fails by it.
    await client.close({ waitMs: 0 });
  }
}

/** Waits for what is on its way; once it is told to stop, not for long. */
async function settled(sending: Sending, stopped: Promise<Stop>): Promise<void> {
  const clock = new SystemClock();
  let timer: { cancel(): void } | undefined;
  let isDone = false;
  const late = stopped.then(
    ({ waitMs }) =>
      new Promise<void>((resolve) => {
        if (!isDone) timer = clock.setTimer(clock.now() + waitMs, resolve);
      }),
  );
  await Promise.race([sending.settled(), late]);
  isDone = true;
  timer?.cancel();
}

function result(sending: Sending, last: number, read: number, code: number, say: (text: string) => void): number {
  const { refused, failure, firstOpen } = sending;
  const next = firstOpen ?? last + 1;
  const where: string[] = [];
  if (next > 1) {
    where.push(
      `${refused.size > 0 ? 'The other lines' : 'The lines'} before line ${next} are published: go on from there.`,
    );
  }
  if (failure === undefined) {
    if (code !== 0)
      say(`${[...where, ...openWords(next, read)].join('\n') || 'No line was read, and none is published.'}\n`);
    return code;
  }
  const lines = [...refused].sort(([a], [b]) => a - b).map(([, words]) => words);
  if (isDStreamsError(failure, 'COMMAND_INVALID')) throw invalid([failure.message, ...lines, ...where].join('\n'));
  if (!(failure instanceof GatewayError)) throw failure;
  const message =
    lines.length === 0
      ? [failure.message]
      : [`${lines.length === 1 ? 'a line is' : `${lines.length} lines are`} refused`, ...lines];
  throw new GatewayError(failure.code, [...message, ...where].join('\n'), failure);
}

/** Of lines that were read, and are on their way for ever, or not even that. */
function openWords(first: number, last: number): string[] {
  if (first > last) return [];
  const lines = first === last ? `Line ${first} is` : `Lines ${first} to ${last} are`;
  return [`${lines} read and not acknowledged.`];
}

/** The lines of an input, as they come: those that came together, together. Ends early with `ended`. */
async function* turns(
  input: NodeJS.ReadableStream & { destroy(): void },
  ended: Promise<undefined>,
): AsyncGenerator<readonly string[]> {
  const decoder = new StringDecoder('utf8');
  const chunks = input[Symbol.asyncIterator]();
  /** Of a line whose end has not come. */
  let begun: string[] = [];
  let length = 0;
  let isFirst = true;
  try {
    for (;;) {
      const next = await Promise.race([chunks.next(), ended]);
      if (next === undefined) return;
      let text = next.done ? decoder.end() : decoder.write(next.value as Buffer);
      if (isFirst && text !== '') {
        // Some editors write it before the first line.
        if (text.startsWith('\ufeff')) text = text.slice(1);
        isFirst = false;
      }
      const lines = text.split('\n');
      begun.push(lines[0]!);
      length += lines[0]!.length;
      if (length > LINE_MAX) throw new GatewayError('TOO_LARGE', `a line has more than ${LINE_MAX} characters`);
      if (lines.length > 1 || next.done) {
        lines[0] = begun.join('');
        const rest = lines.at(-1)!;
        if (!next.done || rest === '') lines.pop();
        begun = next.done ? [] : [rest];
        length = rest.length;
        yield lines.map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
      }
      if (next.done) return;
    }
  } finally {
    input.destroy();
  }
}
