import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

/** The counts decide whether a change is accepted, so a run that goes wrong must never look like one that went well. */
describe('the test process', function () {
  this.timeout(60_000);
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'dstreams-runs-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const cases = [
    { files: ['pass'], report: { passed: 1, failed: 0, skipped: 0, complete: true }, code: 0 },
    { files: ['pass', 'fail'], report: { passed: 1, failed: 1, skipped: 0, complete: true }, code: 1 },
    {
      files: ['pass', 'lack'],
      report: { passed: 1, failed: 0, skipped: 1, complete: true },
      code: 0,
      says: 'skipped: needs java',
    },
    {
      files: ['pass', 'lack-all'],
      report: { passed: 1, failed: 0, skipped: 2, complete: true },
      code: 0,
      says: 'skipped: needs java: a suite is skipped too',
    },
    {
      files: ['pass', 'float'],
      report: { passed: 1, skipped: 0, complete: true },
      code: 1,
      says: 'nobody waits for it',
    },
    {
      files: ['pass', 'skip'],
      report: { passed: 1, failed: 1, skipped: 0, complete: true },
      says: 'pending test: skips itself',
    },
    {
      files: ['pass', 'pending'],
      report: { passed: 1, failed: 1, skipped: 0, complete: true },
      says: 'pending test: has no',
    },
    {
      files: ['pass', 'leak'],
      report: { passed: 2, failed: 1, skipped: 0, complete: true },
      code: 1,
      says: 'keeps the process',
    },
    { files: ['pass', 'die'], report: { passed: 1, failed: 0, skipped: 0, complete: false }, code: 3 },
    { files: ['pass', 'only'], report: { passed: 0, failed: 1, skipped: 0, complete: true }, code: 1, says: '.only' },
    {
      files: ['pass', 'broken'],
      report: { passed: 0, failed: 1, skipped: 0, complete: true },
      code: 1,
      says: 'broken file',
    },
  ];
  for (const { files, report, code, says } of cases) {
    it(`reports on ${files.join(', ')}`, () => {
      const path = join(folder, 'report.json');
      const sources = files.map((name) => resolve('bin/test/fixtures/runs', `${name}.mjs`));
      const { status, stdout } = spawnSync(process.execPath, [resolve('bin/mocha.mjs'), path, ...sources], {
        encoding: 'utf8',
      });
      expect(JSON.parse(readFileSync(path, 'utf8')), stdout).to.include(report);
      if (code !== undefined) expect(status).to.equal(code);
      if (says !== undefined) expect(stdout).to.include(says);
    });
  }
});
