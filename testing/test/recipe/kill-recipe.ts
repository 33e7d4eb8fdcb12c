import {
  existsSync,
  type FSWatcher,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import initSqlJs from 'sql.js';
import { startCli } from '../../../bin/cli/test/run-cli.ts';
import { samplesOf } from '../../../bin/test/docs/samples.ts';
import { packageRoot, SeededRandom } from '../../../core/internal.ts';

const PAGE = 'docs/fault-tolerance.md';
const FILE_EVERY_MS = 40;
const END_MS = 60_000;
const WORDS = ['to', 'be', 'or', 'not'];

/** The program, as the documentation has it. */
export const RECIPE = samplesOf(PAGE, readFileSync(PAGE, 'utf8')).find(({ code }) =>
  code.includes('counts.sqlite'),
)!.code;

/** What is in the tables: how often each word, in all batches; and the running total. */
export interface Tables {
  readonly counts: Readonly<Record<string, number>>;
  readonly total: number;
}

export interface Found {
  /** Of all files that were written. */
  readonly expected: Tables;
  readonly found: Tables;
  readonly batches: number;
}

/**
 * Runs a program, and kills it `kills` times: at random instants, when it begins to write its database, and when it has
 * written it. Meanwhile files appear; at the end it is given the time to read them all.
 */
export async function killRecipe(program: string, kills: number, seed: number): Promise<Found> {
  const random = new SeededRandom(seed);
  const root = mkdtempSync(join(tmpdir(), 'dstreams-recipe-'));
  // Beside the build, from where its packages are found.
  const code = mkdtempSync(join(packageRoot(), 'recipe-'));
  const file = join(code, 'counts.ts');
  writeFileSync(file, program);
  for (const name of ['in', 'making']) mkdirSync(join(root, name));
  const database = join(root, 'counts.sqlite');
  const start = () => startCli(['submit', '--log-level', 'ERROR', file, root]);
  const writer = new Writer(root);
  let app = start();
  try {
    // Files that are there before the first start would not be read.
    await app.waitFor('started\n');
    const writing = writer.run();
    for (let n = 0; n < kills; n++) {
      const at = ['counts.sqlite.part', 'counts.sqlite', 'any'][random.int(3)]!;
      if (at === 'any') await sleep(random.int(700));
      else await Promise.race([changed(root, at), app.result]);
      app.kill('SIGKILL');
      const { signal, stderr } = await app.result;
      expect(signal, stderr).to.equal('SIGKILL');
      app = start();
    }
    writer.stop();
    await writing;
    await app.waitFor('started\n');
    const limitMs = performance.now() + END_MS;
    const isAll = async () => existsSync(database) && (await tablesOf(database)).total >= writer.lines;
    while (!(await isAll()) && performance.now() < limitMs) await sleep(50);
    app.kill('SIGINT');
    const { exitCode, stderr } = await app.result;
    expect(exitCode, stderr).to.equal(0);
    const { counts, total, batches } = await tablesOf(database);
    rmSync(root, { recursive: true, force: true });
    return { expected: { counts: writer.counts, total: writer.lines }, found: { counts, total }, batches };
  } catch (error) {
    if (error instanceof Error) error.message += `\n(${kills} kills, seed ${seed}; what it left is in ${root})`;
    throw error;
  } finally {
    writer.stop();
    app.kill('SIGKILL');
    await app.result.catch(() => {});
    rmSync(code, { recursive: true, force: true });
  }
}

/** Resolves when a file of this name is made or replaced. */
async function changed(folder: string, name: string): Promise<void> {
  let watcher!: FSWatcher;
  await new Promise<void>((resolve) => {
    watcher = watch(folder, (_, file) => {
      if (file === name) resolve();
    });
  });
  watcher.close();
}

async function tablesOf(database: string): Promise<Tables & { batches: number }> {
  const { Database } = await initSqlJs();
  const db = new Database(readFileSync(database));
  const rows = (query: string) => db.exec(query)[0]?.values ?? [];
  const counts = Object.fromEntries(
    rows('select word, sum(n) from counts group by word order by word'),
  ) as Tables['counts'];
  const total = Number(rows('select n from total')[0]![0]);
  const batches = Number(rows('select count(distinct batch) from counts')[0]![0]);
  db.close();
  return { counts, total, batches };
}

/** Writes files that appear whole, and counts what is in them. */
class Writer {
  lines = 0;
  private readonly words = new Map<string, number>();
  private isStopped = false;

  constructor(private readonly root: string) {}

  get counts(): Record<string, number> {
    return Object.fromEntries([...this.words].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  async run(): Promise<void> {
    for (let n = 0; !this.isStopped; n++) {
      const words = Array.from({ length: 1 + (n % 5) }, (_, i) => WORDS[(n + i * i) % WORDS.length]!);
      writeFileSync(join(this.root, 'making', `f${n}`), words.map((word) => `${word}\n`).join(''));
      renameSync(join(this.root, 'making', `f${n}`), join(this.root, 'in', `f${n}`));
      this.lines += words.length;
      for (const word of words) this.words.set(word, (this.words.get(word) ?? 0) + 1);
      await sleep(FILE_EVERY_MS);
    }
  }

  stop(): void {
    this.isStopped = true;
  }
}
