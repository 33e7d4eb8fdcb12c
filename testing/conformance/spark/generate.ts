import { SeededRandom } from '../../../core/internal.ts';
import type { Case, PrintCase, StreamSpec } from '../case.ts';
import { restartsOf } from './generate-restarts.ts';
import { grown } from './grow.ts';
import type { Growing, Growth } from './growing.ts';
import { chance, FILE_KINDS, KINDS, pick, PLAIN_KINDS, type Script, scriptOf } from './script.ts';

const BATCHES_MS = [1, 7, 100, 250, 333, 500, 1000, 1000, 1000, 2000, 60000];
/** Of the master that Spark's runner has. */
const SPARK_THREADS = 2;
/** Python's durations are seconds. */
const WHOLE_BATCHES_MS = [250, 500, 1000, 1000, 2000];
const NEVER_FITS = 0.01;
const INPUT_NAMES = ['a', 'b', 'c'];

/** A case as it is made: nobody has said yet what Spark gives for it. */
export type Question = Omit<Case, 'expected'> & { readonly noDataSet?: true };

/** A random case. Equal seeds give equal cases. */
export function generateCase(seed: number): Question {
  return new Maker(seed, false).made();
}

/** One that PySpark can be asked: queues, and the operations that it has. Short, as it needs a second a batch. */
export function generatePython(seed: number): Question {
  return new Maker(seed, true).made();
}

/** One that is stopped and goes on from its checkpoint; its inputs are files. */
export function generateRestarts(seed: number): Question {
  return new Maker(seed, false, true).made();
}

class Maker {
  private readonly random: SeededRandom;
  private readonly batchMs: number;
  private readonly partitions: number;
  private readonly scripts = new Map<string, Script>();
  private readonly streams: Record<string, StreamSpec> = {};
  /** Streams that are there to be used once more. */
  private readonly shared: Growing[] = [];
  private readonly isQueue: boolean;
  /** Empty batches of its queues have no partitions. */
  private readonly isSparse: boolean;
  private readonly mayBeQuirky: boolean;
  private readonly isDefaultKnown: boolean;
  private depth = 0;
  /** A stream has a longer slide than the batches. */
  private isSlow = false;

  constructor(
    private readonly seed: number,
    private readonly isPython: boolean,
    private readonly restarts = false,
  ) {
    this.random = new SeededRandom(seed);
    this.batchMs = pick(this.random, isPython || restarts ? WHOLE_BATCHES_MS : BATCHES_MS);
    this.partitions = pick(this.random, isPython ? [1, 1, 2] : [1, 1, 2, 2, 3, 4, 5]);
    this.isQueue = (chance(this.random, 0.2) || isPython) && !restarts;
    this.isSparse = this.isQueue && !isPython && chance(this.random, 0.7);
    this.mayBeQuirky = chance(this.random, 0.03) && !isPython && !restarts;
    this.isDefaultKnown = chance(this.random, 0.4) && !isPython && !restarts;
  }

  made(): Question {
    const { random, batchMs } = this;
    const inputCount = pick(random, [1, 1, 2, 3]);
    const batchCount = this.isPython ? 1 + random.int(6) : this.isQueue ? random.int(8) : 3 + random.int(12);
    const mayLack = !this.isQueue && !this.restarts && chance(random, 0.12);
    for (const name of INPUT_NAMES.slice(0, inputCount)) {
      this.scripts.set(
        name,
        scriptOf(random, batchCount, mayLack, this.restarts ? FILE_KINDS : this.isPython ? PLAIN_KINDS : KINDS),
      );
    }
    const stream = this.grow(this.input(), 1 + random.int(7));
    if (this.restarts) return this.restarted(stream, batchCount);
    const run = this.isPython
      ? batchCount + random.int(3)
      : pick(random, [batchCount, batchCount + 3, batchCount + 5]) + (chance(random, 0.1) ? 12 : 0);
    const inputs = Object.fromEntries([...this.scripts].map(([name, { batches }]) => [name, batches]));
    const slices =
      !this.isPython && chance(random, 0.1)
        ? Array.from({ length: 4 }, () => [this.time(run), this.time(run)] as const)
        : undefined;
    const remembering =
      slices !== undefined || (!this.isPython && chance(random, 0.05))
        ? { remember: batchMs * (chance(random, 0.9) ? run + 1 : 1 + random.int(Math.max(1, run))) }
        : {};
    return {
      name: `generated-${this.seed}`,
      ...(isShortInverse([this.streams, stream.from, stream.steps])
        ? { quirk: 'window shorter than slide with an inverse function' }
        : {}),
      ...(mayLack ? { noDataSet: true as const } : {}),
      ...(stream.isOrdered && chance(random, 0.6) ? { ordered: true } : {}),
      ...(this.isDefaultKnown ? { parallelism: SPARK_THREADS } : {}),
      ...(this.isQueue ? this.queue() : {}),
      ...(slices === undefined ? {} : { slices }),
      ...remembering,
      ...(Object.keys(this.streams).length === 0 ? {} : { streams: this.streams }),
      batchMs,
      partitions: this.partitions,
      inputs,
      run,
      stream: { from: stream.from, steps: stream.steps },
    };
  }

  private restarted(stream: Growing, batchCount: number): Question {
    const { random, scripts, batchMs, streams } = this;
    const mayBeLate = !this.isSlow && chance(random, 0.4);
    return {
      name: `generated-restarts-${this.seed}`,
      ...(Object.keys(streams).length === 0 ? {} : { streams }),
      ...(isShortInverse([streams, stream.from, stream.steps])
        ? { quirk: 'window shorter than slide with an inverse function' }
        : {}),
      batchMs,
      partitions: 1,
      inputs: {},
      ...restartsOf(random, { scripts, batchMs, batchCount, mayBeLate }),
      stream: { from: stream.from, steps: stream.steps },
    };
  }

  private queue(): Pick<Case, 'inputKind' | 'queueDefault' | 'emptyHasNone'> {
    return { ...this.queueKind(), ...(this.isSparse ? { emptyHasNone: true } : {}) };
  }

  private queueKind(): Pick<Case, 'inputKind' | 'queueDefault'> {
    const [{ batches }] = this.scripts.values() as unknown as [Script];
    const values = batches.flatMap((batch) => batch ?? []).slice(0, 2);
    const isSame = new Set([...this.scripts.values()].map(({ shape }) => JSON.stringify(shape))).size === 1;
    const inputKind = pick(this.random, ['queue', 'queueAll'] as const);
    return isSame && chance(this.random, 0.4) ? { inputKind, queueDefault: values } : { inputKind };
  }

  private time(run: number): number {
    const time = this.random.int(run + 2) * this.batchMs;
    return chance(this.random, 0.2) ? time + Math.floor(this.batchMs / 3) : time;
  }

  private input(): Growing {
    const name = pick(this.random, [...this.scripts.keys()]);
    const { shape, batches } = this.scripts.get(name)!;
    return {
      from: name,
      steps: [],
      shape,
      slideMs: this.batchMs,
      size: Math.max(1, ...batches.map((batch) => batch?.length ?? 0)),
      isLaidOut: !this.restarts,
      isDealt: !this.restarts,
      isInput: true,
      isOrdered: !this.restarts,
      isSingle: this.partitions === 1 && !this.isQueue && !this.restarts,
    };
  }

  private grow(stream: Growing, steps: number): Growing {
    const growth: Growth = {
      random: this.random,
      mayBeQuirky: this.mayBeQuirky,
      mayHaveGaps: !this.restarts,
      isDefaultKnown: this.isDefaultKnown,
      isPython: this.isPython,
      other: (slideMs) => this.other(slideMs),
      spec: (one) => this.specOf(one),
      multiple: (slideMs, most) => (this.misfits() ? Math.max(1, Math.floor(slideMs * 1.5)) : slideMs * most),
    };
    let tries = steps * 6;
    let at = stream;
    while (at.steps.length < steps && tries-- > 0) {
      at = grown(at, growth);
      this.isSlow ||= at.slideMs !== this.batchMs;
      if (at.steps.length > 0 && at.isOdd !== true && chance(this.random, 0.15)) at = this.named(at);
    }
    return at;
  }

  /** Under a name, so that other steps find the same stream. */
  private named(stream: Growing): Growing {
    if (stream.steps.length === 0) return stream;
    const name = `s${Object.keys(this.streams).length + 1}`;
    this.streams[name] = { from: stream.from, steps: stream.steps };
    const named = { ...stream, from: name, steps: [], isInput: false };
    this.shared.push(named);
    return named;
  }

  private other(slideMs: number): Growing {
    const { random } = this;
    this.depth++;
    const fitting = this.shared.filter((one) => slideMs % one.slideMs === 0);
    const base = fitting.length > 0 && chance(random, 0.5) ? pick(random, fitting) : this.input();
    let stream = this.depth > 2 ? base : this.grow(base, random.int(3));
    if (stream.isOdd === true) stream = base;
    this.depth--;
    if (stream.slideMs !== slideMs && slideMs % stream.slideMs !== 0 && !this.misfits()) stream = base;
    if (stream.slideMs === slideMs || slideMs % stream.slideMs !== 0 || this.misfits()) return stream;
    const windowMs = slideMs * pick(random, [1, 1, 2]);
    return {
      ...stream,
      steps: [...stream.steps, ['window', windowMs, slideMs]],
      slideMs,
      size: (stream.size * windowMs) / stream.slideMs,
      isSingle: false,
    };
  }

  private misfits(): boolean {
    return !this.isPython && !this.restarts && chance(this.random, NEVER_FITS);
  }

  private specOf({ from, steps }: Growing): StreamSpec {
    return steps.length === 0 ? from : { from, steps };
  }
}

/** Whether a step, or a step of a stream that it takes, has an inverse function and a window shorter than its slide. */
function isShortInverse(part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return false;
  if (!Array.isArray(part)) return Object.values(part).some(isShortInverse);
  const [operator, ...args] = part as readonly unknown[];
  const hasInverse =
    operator === 'countByWindow' ||
    operator === 'countByValueAndWindow' ||
    (String(operator).startsWith('reduceBy') && typeof args[1] === 'string');
  const [windowMs, slideMs] = args.filter((arg) => typeof arg === 'number');
  return (hasInverse && windowMs! < slideMs!) || part.some(isShortInverse);
}

/** A random case that prints, or saves files. */
export function generatePrint(seed: number): Omit<PrintCase, 'text' | 'files'> & { readonly suffix?: string } {
  const random = new SeededRandom(seed);
  const batchCount = 1 + random.int(3);
  const n = pick(random, [undefined, undefined, -1, 0, 1, 2, 3, 10, 11, 100]);
  const isPrint = chance(random, 0.6);
  return {
    name: `generated-print-${seed}`,
    operation: isPrint ? 'print' : 'saveAsTextFiles',
    ...(isPrint && n !== undefined ? { n } : {}),
    ...(isPrint ? {} : { suffix: pick(random, ['', 'txt']) }),
    batchMs: pick(random, BATCHES_MS),
    partitions: 1 + random.int(5),
    // Half a character prints as whoever encodes it likes.
    input: scriptOf(random, batchCount, false, KINDS).batches.map((batch) =>
      (batch ?? []).filter((x) => !/\\ud[89a-f]/.test(JSON.stringify(x))),
    ),
    run: batchCount + 1,
  };
}
