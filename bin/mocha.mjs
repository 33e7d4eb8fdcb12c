/**
 * The test process: `node bin/mocha.mjs REPORT FILE…` runs built test files and keeps `{ passed, failed, skipped,
 * complete, running }` in REPORT, also when a test takes the whole process down.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import Mocha from 'mocha';

const [report, ...files] = process.argv.slice(2);
const long = process.env.DSTREAMS_LONG === '1';
if (long) fc.configureGlobal({ ...fc.readConfigureGlobal(), numRuns: 2_000 });

const options = JSON.parse(readFileSync('.mocharc.json', 'utf8'));
if (long) options.timeout *= 30;
const counts = { passed: 0, failed: 0, skipped: 0, complete: false, running: undefined };
const save = () => writeFileSync(report, JSON.stringify(counts));

/** Where a built test comes from: `test/core/rdd/test/rdd.test.mjs` below the build. */
const source = (file) => relative(join(process.env.DSTREAMS_BUILD ?? '.', 'test'), file ?? '').replace(/\.mjs$/, '.ts');

const mocha = new Mocha({ ...options, reporter: 'dot', color: process.stdout.isTTY === true, forbidOnly: true });
for (const file of files) mocha.addFile(file);
try {
  await mocha.loadFilesAsync();
} catch (error) {
  process.stdout.write(`FAILED  loading the tests: ${error?.stack ?? error}\n`);
  counts.failed++;
  counts.complete = true;
  save();
  process.exit(1);
}

// Mocha's command line has this too: its runner hands a rejection that nobody handles to others, and drops it where there are none.
process.on('unhandledRejection', (reason) => {
  throw reason;
});
const runner = mocha.run((failures) => {
  counts.complete = true;
  save();
  sayWhereTimeWent();
  process.exitCode = failures > 0 ? 1 : 0;
  // What a test leaves open keeps the process alive: that is a leak, in the test or in what it tests.
  setTimeout(() => {
    const open = process
      .getActiveResourcesInfo()
      .filter((name) => name !== 'Timeout' && !/^(TTY|Pipe)Wrap$/.test(name));
    const times = (name) => `${open.filter((other) => other === name).length} ${name}`;
    const what = [...new Set(open)].map(times).join(', ') || 'timers';
    process.stdout.write(`FAILED  after the last test something keeps the process alive: ${what}\n`);
    counts.failed++;
    save();
    process.exit(1);
  }, 5_000).unref();
});
/** By file, hooks and all: a file is over when the next one begins. */
const times = new Map();
let file;
let sinceMs = performance.now();
function enter(next) {
  if (next === file) return;
  if (file !== undefined) times.set(file, (times.get(file) ?? 0) + performance.now() - sinceMs);
  file = next;
  sinceMs = performance.now();
}
function sayWhereTimeWent() {
  enter(undefined);
  const slow = [...times].filter(([, ms]) => ms >= 5_000).sort(([, a], [, b]) => b - a);
  if (slow.length === 0) return;
  process.stdout.write('  seconds   file (those above five seconds)\n');
  for (const [path, ms] of slow.slice(0, 40)) {
    process.stdout.write(`  ${(ms / 1000).toFixed(1).padStart(7)}   ${source(path)}\n`);
  }
}

runner.on('suite', (suite) => {
  if (suite.file !== undefined) enter(suite.file);
});
runner.on('test', (test) => {
  counts.running = test.fullTitle();
  save();
});
runner.on('pass', () => {
  counts.passed++;
});
runner.on('fail', (test) => {
  counts.failed++;
  process.stdout.write(`\nFAILED  ${test.fullTitle()} (${source(test.file)})\n`);
});
runner.on('pending', (test) => {
  // Only `needs(…)` of bin/test/needs.ts may skip; it says which tool is missing.
  const lacks = test.lacks ?? test.parent.lacks;
  if (test.fn !== undefined && lacks !== undefined) {
    counts.skipped++;
    process.stdout.write(`\nskipped: needs ${lacks}: ${test.fullTitle()}\n`);
    return;
  }
  counts.failed++;
  process.stdout.write(`\nFAILED  pending test: ${test.fullTitle()}\n`);
});
