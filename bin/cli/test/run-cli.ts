import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../../core/backend/program/index.ts';

export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliProcess {
  readonly result: Promise<CliResult>;
  /** Resolves when `text` has appeared on stdout or stderr; rejects when the process ends without it. */
  waitFor(text: string): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** As `| head` does it. */
  closeStdout(): void;
}

/** Starts the built command line as a process of its own, as a user's shell does. */
export function startCli(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): CliProcess {
  const env: Record<string, string | undefined> = { ...process.env, ...options.env };
  if (options.env?.['npm_lifecycle_event'] === undefined) delete env['npm_lifecycle_event'];
  const child = spawn(process.execPath, [join(packageRoot(), 'cli.mjs'), ...args], { cwd: options.cwd, env });
  const output = { stdout: '', stderr: '' };
  const waiting = new Set<() => void>();
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      output[name] += text;
      for (const check of waiting) check();
    });
  }
  const result = new Promise<CliResult>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode, signal) => resolve({ exitCode, signal, ...output }));
  });
  const waitFor = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (output.stdout.includes(text) || output.stderr.includes(text)) resolve();
      };
      waiting.add(check);
      check();
      void result.then(({ stderr }) => reject(new Error(`ended without "${text}":\n${stderr}`)));
    });
  return { result, waitFor, kill: (signal) => void child.kill(signal), closeStdout: () => void child.stdout.destroy() };
}

export const runCli = (args: readonly string[], options: Parameters<typeof startCli>[1] = {}): Promise<CliResult> =>
  startCli(args, options).result;
