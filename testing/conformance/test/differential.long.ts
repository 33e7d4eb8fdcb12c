import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { repositoryRoot as repo } from '../../../bin/repository-root.mjs';
import { needs } from '../../../bin/test/needs.ts';
import { SEED } from '../../../bin/test/seed.ts';
import { RECORDED } from '../main.ts';

const RANDOM_COUNT = 200;
/** Spark writes two checkpoints a batch. */
const RESTART_COUNT = 60;
/** Python takes a second a batch. */
const PYTHON_COUNT = 60;

interface Answered {
  readonly name: string;
  readonly expected?: unknown;
  readonly expectedError?: unknown;
  readonly expectedSlices?: unknown;
  readonly text?: unknown;
  readonly files?: unknown;
}

const casesOf = (file: string): Answered[] => (JSON.parse(readFileSync(file, 'utf8')) as { cases: Answered[] }).cases;
const answerOf = ({ expected, expectedError, expectedSlices, text, files }: Answered) => ({
  expected,
  expectedError,
  expectedSlices,
  text,
  files,
});

describe('conformance: Spark itself', () => {
  let folder: string;
  before(function () {
    needs(this, 'java');
    folder = mkdtempSync(join(tmpdir(), 'dstreams-differential-'));
  });
  after(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  async function run(program: string, ...args: string[]): Promise<string[]> {
    const { stdout } = await promisify(execFile)(process.execPath, [join(repo, 'bin', program), ...args], {
      maxBuffer: 1 << 26,
    }).catch(({ stdout, stderr }: { stdout: string; stderr: string }) => ({ stdout: `${stdout}${stderr}` }));
    return stdout.trimEnd().split('\n');
  }

  /** Every case of a file passes on these surfaces, on both masters. */
  async function expectSame(file: string, surfaces: readonly string[]): Promise<void> {
    for (const surface of surfaces) {
      for (const master of ['local', 'local[2]']) {
        const lines = await run('conformance.mjs', '--surface', surface, '--master', master, file);
        const found = lines.filter((line) => !line.startsWith('passed: '));
        expect(found, `DSTREAMS_SEED=${SEED}, ${surface}, ${master}`).to.deep.equal([
          `${casesOf(file).length} passed, 0 failed, 0 unsupported`,
        ]);
      }
    }
  }

  it('gives what is recorded of it', async function () {
    needs(this, 'sparkAnswers');
    this.timeout(3_600_000);
    const recorded = RECORDED.map((name) => join(repo, 'testing/conformance/cases', name));
    const again = join(folder, 'again.json');
    expect(await run('ask-spark.mjs', again, ...recorded)).to.have.length(1);
    expect(casesOf(again).map(answerOf)).to.deep.equal(recorded.flatMap(casesOf).map(answerOf));
  });

  for (const [option, what, ofThem] of [
    ['--random', 'random cases', RANDOM_COUNT],
    ['--files', 'random folders of files', RANDOM_COUNT],
    ['--restarts', 'random cases that are stopped and go on', RESTART_COUNT],
  ] as const) {
    it(`gives what both surfaces give for ${what}, on both masters`, async function () {
      needs(this, 'sparkAnswers');
      this.timeout(3_600_000);
      const file = join(folder, 'random.json');
      const [count] = await run('ask-spark.mjs', file, option, `${ofThem}:${SEED}`);
      process.stdout.write(`  seed ${SEED}: ${what}, ${count}\n`);
      expect(Number.parseInt(count!, 10), count).to.be.greaterThan(ofThem * 0.8);
      await expectSame(file, ['fluent', 'java']);
    });
  }

  it('gives from Python what the fluent surface gives for random cases, on both masters', async function () {
    needs(this, 'pysparkAnswers');
    this.timeout(3_600_000);
    const file = join(folder, 'python.json');
    const [count] = await run('ask-spark.mjs', file, '--python', `${PYTHON_COUNT}:${SEED}`);
    process.stdout.write(`  seed ${SEED}: PySpark, ${count}\n`);
    expect(Number.parseInt(count!, 10), count).to.be.greaterThan(PYTHON_COUNT * 0.8);
    await expectSame(file, ['fluent']);
  });
});
