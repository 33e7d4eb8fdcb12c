import { spawnSync } from 'node:child_process';
import { TOOLS } from '../test-tools/tools.mjs';

/** Programs that some tests need, and the command that shows whether this machine has them. */
const PROBES = {
  java: ['java', '-version'],
  python: ['python3', '--version'],
  browser: ['chromium', '--version'],
} as const;

export type Need = keyof typeof PROBES | keyof typeof TOOLS;

/**
 * Skips the running test, or all of a suite from its `before`, when a program, or a tool of `bin/test-tools.mjs`, is missing (`it('…', function () {
 * needs(this, 'java'); … })`), which the test run prints as `skipped: needs java`. With `--no-skip` or `CI=true` the test
 * fails instead. The only legal way to skip.
 */
export function needs(context: Mocha.Context, ...tools: Need[]): void {
  for (const tool of tools) {
    if (isThere(tool)) continue;
    if (process.env.DSTREAMS_NO_SKIP === '1') throw new Error(`this test needs ${tool}, which is not installed`);
    const runnable = context.runnable();
    // A hook skips all tests of its suite.
    const isHook = 'type' in runnable && runnable.type === 'hook';
    Object.assign(isHook ? runnable.parent! : runnable, { lacks: tool });
    context.skip();
  }
}

const found = new Map<string, boolean>();

/** Asked once in a process: to start a browser only to hear its version takes as long as a test. */
function isThere(tool: Need): boolean {
  if (!(tool in PROBES)) return TOOLS[tool]!.isInstalled();
  const key = `${tool} ${process.env.PATH}`;
  let isFound = found.get(key);
  if (isFound === undefined) {
    const [command, ...args] = PROBES[tool as keyof typeof PROBES];
    isFound = spawnSync(command, args, { stdio: 'ignore' }).status === 0;
    found.set(key, isFound);
  }
  return isFound;
}
