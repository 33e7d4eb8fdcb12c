import { SeededRandom } from '../../../core/internal.ts';
import type { Change, Folder, Step, Watched } from '../case.ts';
import type { Question } from './generate.ts';
import { chance, pick } from './script.ts';

const BATCHES_MS = [100, 500, 1000, 1000, 1000, 2000, 7000, 60_000];
/** How long names are remembered, by the setting; it is rounded up to batches. */
const REMEMBERED: readonly (readonly [setting: string | undefined, ms: number])[] = [
  [undefined, 60_000],
  ['60s', 60_000],
  ['1s', 1000],
  ['3s', 3000],
  ['3s', 3000],
  ['10s', 10_000],
];
const NAMES = ['a', 'b', 'c', 'd.txt', 'ab', 'long name', 'é', '.b', '.x'];
const DIRECTORIES = ['in', 'in', 'in', 'other', 'logs/a', 'logs/b'];
const WATCHED_DIRECTORIES = ['in', 'in', 'in', 'logs/*', 'logs/a', '{in,other}', 'nowhere'];
/** None that takes a name with a dot in front: Spark finds the file by its filter, and not when it reads it. */
const FILTERS = ['containsA', 'longerThanThree', 'never'];
const LINES = ['', 'x', 'to be', 'é', 'last'];
const ENDS = ['\n', '\n', '\r\n', '\r'];

/** A random case in which files of any age appear, change, move and vanish. Equal seeds give equal cases. */
export function generateFiles(seed: number): Question {
  return new FilesMaker(seed).made();
}

class FilesMaker {
  private readonly random: SeededRandom;
  private readonly batchMs: number;
  private readonly rememberedMs: number;
  private readonly setting: string | undefined;
  private readonly madeMs: number;
  private readonly lengths: number[] = [];
  private written = 0;

  constructor(private readonly seed: number) {
    this.random = new SeededRandom(seed);
    this.batchMs = pick(this.random, BATCHES_MS);
    const [setting, ms] = pick(this.random, REMEMBERED);
    this.setting = setting;
    this.rememberedMs = Math.ceil(ms / this.batchMs) * this.batchMs;
    this.madeMs =
      pick(this.random, [0, 0, 1, 3, 1000]) * this.batchMs +
      (chance(this.random, 0.5) ? this.random.int(this.batchMs) : 0);
  }

  made(): Question {
    const { random, batchMs, madeMs, setting } = this;
    const run = 3 + random.int(12);
    const watched = Object.fromEntries(
      ['a', 'b'].slice(0, chance(random, 0.2) ? 2 : 1).map((name) => [name, this.watched()]),
    );
    const changes = Array.from({ length: run + 1 }, (_, i) => this.changes(madeMs + i * batchMs));
    const folder: Folder = { madeMs, ...(setting === undefined ? {} : { minRemember: setting }), watched, changes };
    const stream = { from: 'a', steps: Object.keys(watched).length > 1 ? [['union', 'b'] as const] : this.steps() };
    return { name: `generated-files-${this.seed}`, batchMs, partitions: 1, inputs: {}, folder, run, stream };
  }

  private watched(): Watched {
    const { random } = this;
    const directory = pick(random, WATCHED_DIRECTORIES);
    const operation = pick(random, [
      'fileStream',
      'fileStream',
      'fileStream',
      'textFileStream',
      'binaryRecordsStream',
    ] as const);
    if (operation === 'textFileStream') return { operation, directory };
    if (operation === 'fileStream') {
      return {
        operation,
        directory,
        ...(chance(random, 0.3) ? { filter: pick(random, FILTERS) } : {}),
        ...(chance(random, 0.7) ? { newFilesOnly: chance(random, 0.4) } : {}),
      };
    }
    // The last one that was given holds for all streams of Spark's context.
    const recordLength = this.lengths[0] ?? 1 + random.int(5);
    this.lengths.push(recordLength);
    return { operation, directory, recordLength };
  }

  private steps(): Step[] {
    const { random, batchMs } = this;
    return pick<Step[]>(random, [
      [],
      [],
      [['glom']],
      [['count']],
      // With a longer slide Spark looks at the files of several batches at once, which is a difference that is meant.
      [['window', batchMs * (2 + random.int(4)), batchMs]],
      [['countByWindow', batchMs * 3, batchMs]],
    ]);
  }

  private changes(nowMs: number): Change[] {
    const { random } = this;
    return Array.from({ length: pick(random, [0, 1, 1, 2, 4]) }, () => this.change(nowMs));
  }

  private change(nowMs: number): Change {
    const { random } = this;
    const path = `${pick(random, DIRECTORIES)}/${pick(random, NAMES)}`;
    if (chance(random, 0.1)) return ['remove', path];
    return ['write', path, this.text(), this.dateMs(nowMs)];
  }

  private text(): string {
    const { random } = this;
    const [most] = this.lengths;
    // Of whole records for each input; a text that is not fails its batch, which recorded cases do by hand.
    if (most !== undefined) return 'abcdefg'.repeat(30).slice(0, 60 * random.int(4));
    if (chance(random, 0.1)) return '';
    const mark = `${this.written++}`;
    return mark + Array.from({ length: random.int(4) }, () => pick(random, ENDS) + pick(random, LINES)).join('');
  }

  /** At, just before or just after each moment that decides anything. */
  private dateMs(nowMs: number): number {
    const { random, batchMs, rememberedMs, madeMs } = this;
    const timeMs = nowMs - (nowMs % batchMs);
    const moment = pick(random, [
      timeMs,
      timeMs,
      timeMs,
      nowMs,
      timeMs - batchMs,
      timeMs + batchMs,
      timeMs - rememberedMs,
      timeMs - rememberedMs + batchMs,
      timeMs - rememberedMs - batchMs,
      madeMs,
      0,
      timeMs - random.int(rememberedMs + 3 * batchMs),
      timeMs + random.int(2 * batchMs),
    ]);
    return Math.max(0, moment + pick(random, [0, 0, -1, 1, 0.5, -0.25]));
  }
}
