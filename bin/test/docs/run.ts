import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ALIASES, ENTRIES } from '../../entries.mjs';
import type { Sample } from './samples.ts';

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a sample in a process of its own against a build of the library: a job module (it has a default export) by
 * `submit`, anything else by node, in an empty folder of its own. Killed after `timeoutMs`, which gives code null.
 */
export async function runSample(sample: Sample, build: string, index: number, timeoutMs = 120_000): Promise<Outcome> {
  const { file, args } = await written(sample, build, `${index}`);
  const cwd = await mkdtemp(join(tmpdir(), 'sample-'));
  try {
    return await runFile(args, cwd, timeoutMs);
  } finally {
    await rm(file, { force: true });
    await rm(cwd, { recursive: true, force: true });
  }
}

/** A sample as a file that node can run, with these arguments. */
export async function written(
  { code, language }: Pick<Sample, 'code' | 'language'>,
  build: string,
  name: string,
): Promise<{ readonly file: string; readonly args: readonly string[] }> {
  const { build: bundle } = await import('esbuild');
  // Beside the build, so that packages are found from there as they are from the repository.
  const base = join(build, `documentation-sample-${process.pid}-${name}`);
  if (/^export default /m.test(code)) {
    const file = `${base}.${language}`;
    await writeFile(file, code);
    return { file, args: [join(build, 'cli.mjs'), 'submit', file] };
  }
  const file = `${base}.mjs`;
  const stdin = { contents: code, loader: language, resolveDir: build };
  await bundle({ ...sampleBuild(build), stdin, outfile: file });
  return { file, args: [file] };
}

const sampleBuild = (build: string) => ({
  bundle: true,
  format: 'esm' as const,
  platform: 'node' as const,
  packages: 'external' as const,
  target: 'node20.19',
  logLevel: 'silent' as const,
  plugins: [
    {
      name: 'the build under test',
      setup(plugin: import('esbuild').PluginBuild) {
        plugin.onResolve({ filter: /^dstreams(\/|$)/ }, ({ path }) => {
          const source = ALIASES[path];
          const entry = Object.keys(ENTRIES).find((name) => ENTRIES[name] === source);
          return entry === undefined ? undefined : { path: join(build, `${entry}.mjs`), external: true };
        });
      },
    },
  ],
});

function runFile(args: readonly string[], cwd: string, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
