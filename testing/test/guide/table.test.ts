import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Child } from './child.ts';

/** Batch 0. */
const ZERO_MS = 1_700_000_000_000;
const at = (batch: number): number => ZERO_MS + batch * 1000;

describe("the guide's table: files of 10, 20, … 100 lines, one a batch, and a driver that dies by kill -9", function () {
  this.timeout(120_000);
  let root: string;
  let child: Child | undefined;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'dstreams-guide-'));
    mkdirSync(join(root, 'in'));
  });
  afterEach(async () => {
    await child?.kill();
    rmSync(root, { recursive: true, force: true });
  });

  /** The file of a batch appears whole, in the interval before it. */
  const put = (batch: number): void => {
    const path = join(root, `making-${batch}`);
    writeFileSync(path, 'line\n'.repeat(batch * 10));
    const seconds = (at(batch) - 400) / 1000;
    utimesSync(path, seconds, seconds);
    renameSync(path, join(root, 'in', `f${batch}`));
  };
  const start = (nowMs: number) => {
    child = new Child(root, nowMs, 'files');
    return child;
  };
  const table = (...batches: readonly number[]) => batches.map((batch) => [at(batch), batch * 10]);
  const run = async (program: Child, ...batches: readonly number[]) => {
    for (const batch of batches) {
      put(batch);
      await program.advance(1000, at(batch));
    }
  };

  it('gives 10, 20, 30; dies in batch 4, comes back at batch 7: 40, 50, 60, 70 together; then 80, 90, 100', async () => {
    const first = start(ZERO_MS);
    await first.says(`at ${ZERO_MS}`);
    await run(first, 1, 2, 3);
    first.tell(`hold ${at(4)}`);
    put(4);
    first.tell('advance 1000');
    await first.says(`begin ${at(4)}`);
    await first.kill();
    expect(first.said('count')).to.deep.equal(table(1, 2, 3));
    put(5);
    put(6);
    const second = start(at(7) - 500);
    await second.says(`at ${at(7) - 500}`);
    put(7);
    await second.advance(500, at(7));
    expect(second.said('count')).to.deep.equal(table(4, 5, 6, 7));
    await run(second, 8, 9, 10);
    expect(second.said('count')).to.deep.equal(table(4, 5, 6, 7, 8, 9, 10));
  });

  it('dies while it processes batch 3: 30 comes out after the recovery', async () => {
    const first = start(ZERO_MS);
    await first.says(`at ${ZERO_MS}`);
    await run(first, 1, 2);
    first.tell(`hold ${at(3)}`);
    put(3);
    first.tell('advance 1000');
    await first.says(`begin ${at(3)}`);
    await first.kill();
    const second = start(at(3) + 500);
    await second.says(`at ${at(3) + 500}`);
    expect([...first.said('count'), ...second.said('count')]).to.deep.equal(table(1, 2, 3));
    put(4);
    await second.advance(500, at(4));
    expect(second.said('count')).to.deep.equal(table(3, 4));
  });
});
