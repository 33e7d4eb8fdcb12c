import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { isDStreamsError } from 'dstreams';
import { repositoryRoot as repo } from '../../../bin/repository-root.mjs';
import { SideBySide } from '../../../bin/test/side-by-side.ts';
import type { Case } from '../case.ts';
import { check } from '../check.ts';
import { named } from '../functions.ts';
import { main, RECORDED } from '../main.ts';
import { runCase } from '../run-case.ts';
import { compareValues, sortValues, type Value } from '../values.ts';

async function conformance(...argv: string[]): Promise<{ code: number; lines: string[] }> {
  let text = '';
  const code = await main(argv, { repo, write: (more) => (text += more) });
  return { code, lines: text.trimEnd().split('\n') };
}

describe('conformance: the recorded cases', () => {
  // Each in a process of its own, by the command that the developers' guide promises.
  const runs = new SideBySide(2);
  for (const master of ['local[2]', 'local']) {
    for (const surface of ['fluent', 'java']) {
      runs.it(`pass on the ${surface} surface with master ${master}`, async () => {
        const args = [join(repo, 'bin/conformance.mjs'), '--surface', surface, '--master', master];
        const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 24 }).catch(
          (error: { code: unknown; stdout: string; stderr: string }) => ({
            stdout: `exit code ${error.code}\n${error.stderr}${error.stdout}`,
          }),
        );
        const lines = stdout.trimEnd().split('\n');
        expect(lines.filter((line) => !line.startsWith('passed: '))).to.deep.equal([
          '948 passed, 0 failed, 0 unsupported',
        ]);
      });
    }
  }
});

describe('the conformance runner', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-conformance-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const one: Case = {
    name: 'one',
    batchMs: 1000,
    partitions: 2,
    inputs: { a: [[3, 1, 2], []] },
    run: 2,
    stream: { from: 'a', steps: [['map', 'addOne']] },
    expected: [
      [1000, [2, 3, 4]],
      [2000, []],
    ],
  };
  const file = (name: string, ...cases: unknown[]): string => {
    const path = join(folder, name);
    writeFileSync(path, JSON.stringify({ cases }));
    return path;
  };

  const commands = [
    { args: ['--help'], exitCode: 0, says: /^Usage: npm run conformance/ },
    { args: ['--surface', 'scala'], exitCode: 2, says: /^--surface is fluent or java, not scala\.\nUsage: / },
  ];
  for (const { args, exitCode, says } of commands) {
    it(`as a command, of ${args.join(' ')}: says what it takes, without a stack`, async () => {
      const command = [join(repo, 'bin/conformance.mjs'), ...args];
      const { code, stdout, stderr } = await promisify(execFile)(process.execPath, command).then(
        (result) => ({ ...result, code: 0 }),
        (error: { code: number; stdout: string; stderr: string }) => error,
      );
      expect(code).to.equal(exitCode);
      expect(exitCode === 0 ? stdout : stderr)
        .to.match(says)
        .and.not.match(/^ +at /m);
    }).timeout(60_000);
  }

  it('counts, says what failed, and gives 1', async () => {
    const wrong = { ...one, name: 'wrong', expected: [[1000, [2, 3, 5]]] };
    const { code, lines } = await conformance(file('a.json', one), file('b.json', wrong, one));
    expect(lines.at(-1)).to.equal('2 passed, 1 failed, 0 unsupported');
    expect(lines[0]).to.match(/^failed: .*b\.json: wrong: expected \[1000,\[2,3,5\]\], got \[1000,\[2,3,4\]\]$/);
    expect(code).to.equal(1);
  });

  it('goes on behind a case that cannot be run, or whose slices fail', async () => {
    const other = { ...one, name: 'other', batchMs: -1 };
    const sliced = { ...one, name: 'sliced', slices: [[1000, Number.MAX_VALUE]] as const };
    const { code, lines } = await conformance(file('a.json', other, sliced, one));
    expect(lines.map((line) => line.replace(/^failed: .*a\.json: /, '').slice(0, 40))).to.deep.equal([
      'other: failed at run: BATCH_DURATION_INV',
      'sliced: failed at slice: SLICE_INVALID: ',
      '1 passed, 2 failed, 0 unsupported',
    ]);
    expect(code).to.equal(1);
  });

  it('reports operations that are not there, which --strict counts as failures', async () => {
    const path = file('a.json', { ...one, stream: { from: 'a', steps: [['fly', 'addOne']] } });
    const { code, lines } = await conformance(path);
    expect([code, lines]).to.deep.equal([
      0,
      [`unsupported: ${lines[0]!.split(': ')[1]}: one: fly`, '0 passed, 0 failed, 1 unsupported'],
    ]);
    expect((await conformance('--strict', path)).code).to.equal(1);
  });

  it('checks what Spark has wrong against the same without an inverse function', async () => {
    const short: Case = {
      ...one,
      name: 'short window',
      inputs: { a: [[1], [10], [100], [1000]] },
      run: 4,
      stream: { from: 'a', steps: [['reduceByWindow', 'sum', 'diff', 1000, 2000]] },
      // What Spark gives: the batches between the windows are in the sum.
      expected: [
        [2000, [11]],
        [4000, [1101]],
      ],
    };
    const quirk = 'window shorter than slide with an inverse function';
    const { lines } = await conformance(file('a.json', { ...short, quirk }, short));
    expect(lines.at(-1)).to.equal('1 passed, 1 failed, 0 unsupported');
    expect(lines[0]).to.match(/expected \[2000,\[11\]\], got \[2000,\[10\]\]$/);
  });

  it('makes inverse windows of other operations', async () => {
    const steps = {
      reduceByKeyAndWindow: ['mapToPair pairWithOne', 'reduceByKeyAndWindow sum diff 1000 2000'],
      'reduceByKeyAndWindow with a filter': [
        'mapToPair pairWithOne',
        'reduceByKeyAndWindow sum diff 2000 2000 valueNonZero',
      ],
      reduceByWindow: ['reduceByWindow sum diff 3000 1000'],
      countByWindow: ['countByWindow 2000 1000'],
      countByValueAndWindow: ['countByValueAndWindow 2000 1000'],
      'the forms without an inverse': ['reduceByWindow sum 3000 1000'],
    };
    for (const [name, texts] of Object.entries(steps)) {
      const parsed = texts.map((text) => {
        const [operator, ...args] = text.split(' ');
        return [operator!, ...args.map((arg) => (/^\d+$/.test(arg) ? Number(arg) : arg))] as const;
      });
      const inputs = { a: [[1, 2], [1], [], [3], [], [1]] };
      const inverse: Case = { ...one, inputs, run: 6, stream: { from: 'a', steps: parsed } };
      const { observed } = await runCase(inverse, 'fluent', 'withoutInverse');
      expect(observed, name).to.deep.equal((await runCase(inverse, 'fluent')).observed);
      expect(observed.length, name).to.be.at.least(3);
    }
  });

  it('writes what it observed', async () => {
    const out = join(folder, 'out.json');
    const broken = {
      ...one,
      name: 'broken',
      inputs: { a: [[1], null] },
      stream: { from: 'a', steps: [['count']] },
      expected: [[1000, [1]]],
    };
    const expectedError = { at: 'generate', timeMs: 2000 };
    const sliced = { ...one, name: 'sliced', slices: [[1000, 2000]], expectedSlices: [[[2, 3, 4], []]] };
    const { code } = await conformance('--emit', out, file('a.json', one, { ...broken, expectedError }, sliced));
    expect(code).to.equal(0);
    const { cases } = JSON.parse(readFileSync(out, 'utf8'));
    const { message, ...error } = cases[1].observedError;
    expect(message).to.be.a('string');
    expect([cases[0], { ...cases[1], observedError: error }, cases[2]]).to.deep.equal([
      { name: 'one', observed: one.expected },
      { name: 'broken', observed: [[1000, [1]]], observedError: { ...expectedError, code: 'PARENT_RDD_MISSING' } },
      { name: 'sliced', observed: one.expected, observedSlices: [[[2, 3, 4], []]] },
    ]);
  });

  it('refuses what it does not understand', async () => {
    const misuse = [
      ['--fly'],
      ['--surface', 'scala'],
      ['--emit'],
      [join(repo, 'testing/conformance/cases/errors.json')],
      [file('none.json')],
    ];
    writeFileSync(join(folder, 'none.json'), '{}');
    for (const argv of misuse) {
      const error = await conformance(...argv).then(
        () => undefined,
        (e: unknown) => e,
      );
      expect(isDStreamsError(error, 'COMMAND_INVALID'), argv.join(' ')).to.equal(true);
    }
  });

  it('runs every recorded file unless told otherwise', () => {
    expect(RECORDED).to.have.length(13);
  });

  describe('checks', () => {
    const observation = { name: 'one', observed: one.expected };
    const error = { at: 'batch', timeMs: 2000, code: 'USER_FUNCTION_FAILED', message: 'x' } as const;
    const wrongs = [
      { name: 'a batch that is missing', observed: { ...observation, observed: one.expected.slice(0, 1) } },
      { name: 'a batch too many', observed: { ...observation, observed: [...one.expected, [3000, []] as const] } },
      { name: 'another time', observed: { ...observation, observed: [[1001, [2, 3, 4]], one.expected[1]!] as const } },
      { name: 'an error that nobody expected', observed: { ...observation, observedError: error } },
    ];
    for (const { name, observed } of wrongs)
      it(`find ${name}`, () => expect(check(one, observed).verdict).to.equal('failed'));

    it('find an error that does not come, or elsewhere', () => {
      const failing: Case = { ...one, expectedError: { at: 'batch', timeMs: 2000 } };
      expect(check(failing, observation).verdict).to.equal('failed');
      expect(check(failing, { ...observation, observedError: { ...error, timeMs: 1000 } }).verdict).to.equal('failed');
      expect(check(failing, { ...observation, observedError: { ...error, at: 'generate' } }).verdict).to.equal(
        'failed',
      );
      expect(check(failing, { ...observation, observedError: error }).verdict).to.equal('passed');
    });
  });

  it('knows the functions of the cases by family and name', () => {
    expect(named('maps', 'mod3')(-1)).to.equal(2);
    expect(named('reducers', 'bagRemove')([1, 2, 2], [2])).to.deep.equal([1, 2]);
    expect(() => named('maps', 'isEven')).to.throw(RangeError);
    expect(() => named('maps', 'toString')).to.throw(RangeError);
  });

  it('orders values canonically', () => {
    const ordered: Value[] = [null, false, true, -1, 0, 10, 'B', 'a', 'aa', [], [1], [1, 2], ['a']];
    expect(sortValues(ordered.toReversed())).to.deep.equal(ordered);
    for (const x of ordered) expect(compareValues(x, structuredClone(x) as Value)).to.equal(0);
  });
});
