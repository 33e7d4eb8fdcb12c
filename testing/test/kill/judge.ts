import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { BATCH_MS, keyOf, WINDOW_MS } from './model.ts';

const OUTPUTS = ['all', 'state'] as const;
type Output = (typeof OUTPUTS)[number];

/** What a program has committed, against what it should have: kept by who is not killed. */
export class Judge {
  /** Committed directories, by output and batch time. */
  private readonly committed = new Map<Output, Map<number, string[]>>(OUTPUTS.map((name) => [name, new Map()]));
  /** Batches whose outputs have been compared: all up to this one. */
  private checkedMs: number | undefined;
  private readonly records = new Set<string>();
  private readonly totals = new Map<string, number>();
  private readonly published = new Map<string, string>();

  constructor(private readonly out: string) {}

  /** Every record of a committed batch. */
  get seen(): ReadonlySet<string> {
    return this.records;
  }

  get batchCount(): number {
    return this.committed.get('all')!.size;
  }

  /** A batch as the gateway sent it, perhaps again: one name, one content. */
  sent(epoch: string, batchTime: number, records: readonly string[]): void {
    const name = `${epoch} ${batchTime}`;
    const content = [...records].sort().join(' ');
    expect(this.published.get(name) ?? content, `batch ${batchTime} of the gateway`).to.equal(content);
    this.published.set(name, content);
  }

  /** Takes in what has been committed since the last look. `again`: what was there has to be as it was. */
  look(again = false): void {
    for (const name of OUTPUTS) {
      const known = this.committed.get(name)!;
      for (const [timeMs, path] of this.directories(name)) {
        if (known.has(timeMs) && !again) continue;
        const lines = linesOf(path);
        expect(known.get(timeMs) ?? lines, `${path} when it is read again`).to.deep.equal(lines);
        known.set(timeMs, lines);
      }
    }
    this.compare();
  }

  private directories(name: Output): [timeMs: number, path: string][] {
    const found: [number, string][] = [];
    for (const entry of readdirSync(this.out)) {
      const timeMs = new RegExp(`^${name}-(\\d+)$`).exec(entry)?.[1];
      if (timeMs !== undefined) found.push([Number(timeMs), join(this.out, entry)]);
    }
    return found;
  }

  /** Batches all of whose outputs are there, in order, without a gap. */
  private compare(): void {
    const all = this.committed.get('all')!;
    if (all.size === 0) return;
    let timeMs = this.checkedMs === undefined ? Math.min(...all.keys()) : this.checkedMs + BATCH_MS;
    for (; OUTPUTS.every((name) => this.committed.get(name)!.has(timeMs)); timeMs += BATCH_MS) {
      this.compareBatch(timeMs);
      this.checkedMs = timeMs;
    }
  }

  private compareBatch(timeMs: number): void {
    const all = this.committed.get('all')!.get(timeMs)!;
    const state = this.committed.get('state')!.get(timeMs)!;
    const of = (kind: string) =>
      state.filter((line) => line.startsWith(`${kind} `)).map((line) => line.slice(kind.length + 1));
    const before = new Map(this.totals);
    for (const id of all) {
      expect(this.records.has(id), `${id} comes twice, again in ${timeMs}`).to.equal(false);
      this.records.add(id);
      this.totals.set(keyOf(id), (this.totals.get(keyOf(id)) ?? 0) + 1);
    }
    expect(of('total'), `totals of ${timeMs}`).to.have.members([...this.totals].map(([key, n]) => `${key} ${n}`));
    this.compareNumbered(all, of('numbered'), before, timeMs);
    const counts = new Map<string, number>();
    for (let at = timeMs; at > timeMs - WINDOW_MS; at -= BATCH_MS) {
      for (const id of this.committed.get('all')!.get(at) ?? [])
        counts.set(keyOf(id), (counts.get(keyOf(id)) ?? 0) + 1);
    }
    const window = of('window').filter((line) => !line.endsWith(' 0'));
    expect(window, `window of ${timeMs}`).to.have.members([...counts].map(([key, n]) => `${key} ${n}`));
  }

  /** Each record has one number among those of its key, which go on where the batch before ended. */
  private compareNumbered(
    ids: readonly string[],
    lines: readonly string[],
    before: ReadonlyMap<string, number>,
    timeMs: number,
  ): void {
    const parts = lines.map((line) => line.split(' ') as [string, string, string]);
    expect(
      parts.map(([, , id]) => id),
      `records with a number in ${timeMs}`,
    ).to.have.members([...ids]);
    const numbers = parts.map(([key, n]) => `${key} ${n}`);
    const expected: string[] = [];
    for (const [key, total] of this.totals) {
      for (let n = (before.get(key) ?? 0) + 1; n <= total; n++) expected.push(`${key} ${n}`);
    }
    expect(numbers, `numbers of ${timeMs}`).to.have.members(expected);
  }

  /** At the end: whether every batch is there, and what the gateway sent is what the files have. */
  finish(): void {
    this.look(true);
    const times = [...this.committed.get('all')!.keys()].sort((a, b) => a - b);
    expect(times, 'batches').to.deep.equal(times.map((_, i) => times[0]! + i * BATCH_MS));
    for (const [name, content] of this.published) {
      const timeMs = Number(name.split(' ').at(-1));
      const lines = this.committed.get('all')!.get(timeMs);
      if (lines !== undefined) expect(content, `batch ${timeMs} of the gateway`).to.equal([...lines].sort().join(' '));
    }
  }
}

function linesOf(path: string): string[] {
  const names = readdirSync(path);
  expect(names, path).to.include('_SUCCESS');
  const parts = names.filter((name) => name.startsWith('part-')).sort();
  return parts.flatMap((name) => readFileSync(join(path, name), 'utf8').split('\n').slice(0, -1));
}
