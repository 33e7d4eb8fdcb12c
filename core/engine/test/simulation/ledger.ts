import { readFile } from '../../../storage/disk.ts';
import type { SimulatedDisk } from '../../../testing/simulated-disk.ts';
import { canonical, Model } from './model.ts';
import type { Pair, Program } from './program.ts';

/** A promise that was broken; anything else that a simulation throws counts as well. */
export class Broken extends Error {
  override readonly name = 'Broken';
}

export function must(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Broken(message);
}

const show = (text: string): string => (text.length > 300 ? `${text.slice(0, 300)} …` : text);

/** What the world outside has handed in, and what it has seen come out: in all lives together. */
export class Ledger {
  zeroMs: number | undefined;
  /** Records handed in, by stream; those of receivers that were never acknowledged are in `maybe`. */
  private readonly given = new Map<number, Set<number>>();
  private readonly maybe = new Map<number, Set<number>>();
  /** What was seen of a batch of a stream. */
  private readonly batches = new Map<string, string>();
  /** Of sources: the records of each batch. */
  private readonly read = new Map<string, readonly Pair[]>();
  /** Batches that were over, with a checkpoint that says so. */
  private settledMs = Number.NEGATIVE_INFINITY;
  private nextValue = 1;
  observations = 0;

  constructor(private readonly program: Program) {}

  /** New records. Values number them, so that each is known again. */
  records(count: number, keyOf: () => string): Pair[] {
    return Array.from({ length: count }, (): Pair => [keyOf(), this.nextValue++]);
  }

  /** From now on these must come out. */
  promised(stream: number, records: readonly Pair[]): void {
    for (const [, value] of records) add(this.given, stream, value);
  }

  /** These may come out, once. */
  offered(stream: number, records: readonly Pair[]): void {
    for (const [, value] of records) add(this.maybe, stream, value);
  }

  /** The zero time of a life that has started: it is the first one's for ever. */
  started(zeroMs: number): void {
    must(this.zeroMs === undefined || this.zeroMs === zeroMs, `began anew: zero time ${zeroMs}, was ${this.zeroMs}`);
    this.zeroMs = zeroMs;
  }

  /** An output has seen a batch. */
  saw(stream: number, timeMs: number, pairs: readonly unknown[], how = 'seen'): void {
    this.observations++;
    const text = canonical(pairs);
    const key = `${stream}@${timeMs}`;
    const before = this.batches.get(key);
    if (how === 'seen')
      must(timeMs > this.settledMs, `batch ${timeMs} of stream ${stream} came again after it was settled`);
    must(
      before === undefined || before === text,
      `batch ${timeMs} of stream ${stream} was ${show(before ?? '')}, then ${how} as ${show(text)}`,
    );
    this.batches.set(key, text);
    if (this.program.streams[stream]!.op === 'source') this.read.set(key, pairs as readonly Pair[]);
  }

  /** What tasks add counts once for each record of a batch that has come, whatever died: other batches add to it meanwhile. */
  tallied(stream: number, timeMs: number, records: number, added: number): void {
    const { concurrentJobs, saved } = this.program;
    const isAlone = concurrentJobs === 1 && !saved.includes(stream);
    must(
      isAlone ? added === records : added >= records,
      `batch ${timeMs} of stream ${stream} has ${records} records, and ${added} were added to its accumulator`,
    );
  }

  /** All batches up to this one are over, and a checkpoint that says so is on the disk. */
  settled(timeMs: number): void {
    this.settledMs = Math.max(this.settledMs, timeMs);
  }

  /** Saved directories that are complete hold what their batch is, and none is missing of a batch that is settled. */
  async checkSaved(disk: SimulatedDisk): Promise<void> {
    if (this.program.saved.length === 0 || this.zeroMs === undefined) return;
    const found = new Set<string>();
    for (const name of disk.listNow('/out')) {
      const match = /^s(\d+)-(\d+)$/.exec(name);
      if (match === null) continue;
      const parts = disk.listNow(`/out/${name}`);
      must(parts.includes('_SUCCESS'), `${name} is not complete`);
      const lines: string[] = [];
      for (const part of parts) {
        if (!part.startsWith('part-')) continue;
        const text = new TextDecoder().decode(await readFile(disk, `/out/${name}/${part}`, 1e7));
        lines.push(...text.split('\n').filter((line) => line !== ''));
      }
      const pairs = lines.map((line) => JSON.parse(line) as unknown);
      this.saw(Number(match[1]), Number(match[2]), pairs, 'saved');
      found.add(name);
    }
    for (const stream of this.program.saved) {
      for (const timeMs of this.timesOf(stream, this.settledMs)) {
        must(found.has(`s${stream}-${timeMs}`), `s${stream}-${timeMs} is gone, and its batch was settled`);
      }
    }
  }

  /** Holds all that was seen against the model: each batch up to `lastMs` was there, and is what it must be. */
  check(lastMs: number): void {
    const { program, zeroMs } = this;
    must(zeroMs !== undefined, 'no life has started');
    for (const [stream, { op }] of program.streams.entries()) if (op === 'source') this.checkSource(stream, lastMs);
    const model = new Model(program, zeroMs, (stream, timeMs) => this.read.get(`${stream}@${timeMs}`) ?? []);
    for (const stream of program.outputs) {
      for (const timeMs of this.timesOf(stream, lastMs)) {
        const text = this.batches.get(`${stream}@${timeMs}`);
        must(text !== undefined, `batch ${timeMs} of stream ${stream} never came`);
        const expected = canonical(model.at(stream, timeMs));
        const { op } = program.streams[stream]!;
        must(
          text === expected,
          `batch ${timeMs} of stream ${stream} (${op}) is ${show(text)}, must be ${show(expected)}`,
        );
      }
    }
    for (const key of this.batches.keys()) {
      const [stream, timeMs] = key.split('@').map(Number) as [number, number];
      must(model.isValid(stream, timeMs), `batch ${timeMs} of stream ${stream} must not be there`);
    }
  }

  private timesOf(stream: number, lastMs: number): number[] {
    const { program, zeroMs } = this;
    const slideMs = program.streams[stream]!.slide * program.batchMs;
    const times: number[] = [];
    for (let t = zeroMs! + slideMs; t <= lastMs; t += slideMs) times.push(t);
    return times;
  }

  /** Each record that was promised came in one batch, and no other came that was not offered. */
  private checkSource(stream: number, lastMs: number): void {
    const given = this.given.get(stream) ?? new Set();
    const maybe = this.maybe.get(stream) ?? new Set();
    const cameIn = new Map<number, number>();
    for (const timeMs of this.timesOf(stream, lastMs)) {
      for (const [, value] of this.read.get(`${stream}@${timeMs}`) ?? []) {
        const before = cameIn.get(value);
        must(before === undefined, `record ${value} of source ${stream} came in batch ${before} and in ${timeMs}`);
        must(given.has(value) || maybe.has(value), `record ${value} of source ${stream} was never handed in`);
        cameIn.set(value, timeMs);
      }
    }
    for (const value of given) {
      must(cameIn.has(value), `record ${value} of source ${stream} (${this.kindOf(stream)}) was promised, and is lost`);
    }
  }

  private kindOf(stream: number): string {
    const found = this.program.streams[stream]!;
    return found.op === 'source' ? found.kind : found.op;
  }
}

function add(sets: Map<number, Set<number>>, stream: number, value: number): void {
  const set = sets.get(stream) ?? new Set();
  sets.set(stream, set.add(value));
}
