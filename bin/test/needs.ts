import { spawnSync } from 'node:child_process';

/** Tools outside npm that some tests need, and the command that shows whether this machine has them. */
const PROBES = {
  java: ['java', '-version'],
  python: ['python3', '--version'],
  browser: ['chromium', '--version'],
} as const;

/**
 * Skips the running test when a tool is missing (`it('…', function () { needs(this, 'java'); … })`), which the test run
 * prints as `skipped: needs java`. With `--no-skip` or `CI=true` the test fails instead. The only legal way to skip.
 */
export function needs(context: Mocha.Context, tool: keyof typeof PROBES): void {
  const [command, ...args] = PROBES[tool];
  if (spawnSync(command, args, { stdio: 'ignore' }).status === 0) return;
  if (process.env.DSTREAMS_NO_SKIP === '1') throw new Error(`this test needs ${tool}, which is not installed`);
  Object.assign(context.runnable(), { lacks: tool });
  context.skip();
}
