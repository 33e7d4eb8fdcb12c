/**
 * Runs every check there is: lint and format, types, and the mocha suites (unit tests, tidy test, packaging, samples of
 * the documentation). The last line is `N passed, N failed`; the exit code is 1 if anything failed.
 *
 *   npm test                       everything
 *   npm test -- core/rdd window    only test files whose path contains one of these words; no lint, no types
 *   npm test -- --no-skip          a test that lacks a tool (Java, Python, a browser) fails; the same with CI=true
 *   npm run test:long              also *.long.ts, with DSTREAMS_LONG=1 (more runs of each property)
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { repositoryRoot } from './repository-root.mjs';

const args = process.argv.slice(2);
const long = args.includes('--long');
const noSkip = args.includes('--no-skip') || /^(1|true)$/i.test(process.env.CI ?? '');
const unknown = args.filter((arg) => arg.startsWith('-') && arg !== '--long' && arg !== '--no-skip');
if (unknown.length > 0) {
  process.stderr.write(`Unknown option ${unknown.join(', ')}: known are --long and --no-skip\n`);
  process.exit(2);
}
const filters = args.filter((arg) => !arg.startsWith('-'));

ensureDependencies();
const { devBuild, testFiles } = await import('./dev-build.mjs');
const unmatched = filters.filter((filter) => testFiles({ filters: [filter], long }).length === 0);
if (unmatched.length > 0) {
  const hint = long ? '' : ' (of *.long.ts: npm run test:long)';
  process.stderr.write(`No test file has ${unmatched.join(' nor ')} in its path${hint}\n`);
  process.exit(2);
}

const counts = { passed: 0, failed: 0, skipped: 0 };
if (filters.length === 0) {
  // One after the other would leave a core idle; both are over before tests that look at time begin.
  const checks = await Promise.all([
    check('lint and format', 'node_modules/@biomejs/biome/bin/biome', [
      'check',
      '--error-on-warnings',
      '--max-diagnostics=50',
      '.',
    ]),
    check('types', 'node_modules/typescript/bin/tsc', ['--noEmit', '--pretty', 'false']),
  ]);
  for (const { name, code, output, seconds } of checks) {
    counts[code === 0 ? 'passed' : 'failed']++;
    process.stdout.write(code === 0 ? `ok      ${name} (${seconds} s)\n` : `FAILED  ${name}\n${output}\n`);
  }
}
await mocha();
if (counts.skipped > 0) process.stdout.write(`${counts.skipped} skipped\n`);
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;

/** Runs a tool of node_modules and returns its exit code with everything that it printed. */
function check(name, script, scriptArgs) {
  const startedMs = Date.now();
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(process.execPath, [join(repositoryRoot, script), ...scriptArgs], {
      cwd: repositoryRoot,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text) => {
        output += text;
      });
    }
    child.on('close', (code) => resolve({ name, code, output, seconds: ((Date.now() - startedMs) / 1000).toFixed(1) }));
  });
}

/** Builds the tests and runs them in a process of their own, which reports its counts through a file. */
async function mocha() {
  let built;
  try {
    built = await build(testFiles({ filters, long }));
  } catch (error) {
    counts.failed++;
    process.stdout.write(`FAILED  build: ${error.message}\n`);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'dstreams-test-'));
  const report = join(folder, 'report.json');
  try {
    const child = spawn(
      process.execPath,
      ['--enable-source-maps', '--expose-gc', join(repositoryRoot, 'bin', 'mocha.mjs'), report, ...built.tests],
      {
        cwd: repositoryRoot,
        stdio: ['ignore', 'inherit', 'inherit'],
        env: {
          ...process.env,
          DSTREAMS_BUILD: built.dir,
          ...(long ? { DSTREAMS_LONG: '1' } : {}),
          ...(noSkip ? { DSTREAMS_NO_SKIP: '1' } : {}),
        },
      },
    );
    const ending = await new Promise((resolve) => {
      child.on('close', (code, signal) => resolve(signal ?? code));
    });
    const found = readReport(report);
    for (const key of Object.keys(counts)) counts[key] += found?.[key] ?? 0;
    if (found?.complete !== true) {
      counts.failed++;
      process.stdout.write(
        `FAILED  the test process ended with ${ending} before its last test: ${found?.running ?? 'while loading'}\n`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function build(tests) {
  try {
    return await devBuild({ tests });
  } catch (error) {
    if (filters.length === 0) throw error;
    process.stdout.write('The library does not build; the chosen tests run without it.\n');
    return devBuild({ tests, library: false });
  }
}

function readReport(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined; // The process died before it wrote anything; the caller counts that.
  }
}
