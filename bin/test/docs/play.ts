import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../free-port.ts';
import type { Part } from './parts.ts';
import { written } from './run.ts';
import type { Sample } from './samples.ts';

const TIMEOUT_MS = 60_000;

/** The one sample of the page that has the line. */
export function sampleOf(samples: readonly Sample[], { page, has }: Pick<Part, 'page' | 'has'>): Sample {
  const found = samples.filter(({ where, code }) => where.startsWith(`${page}:`) && code.includes(has));
  if (found.length !== 1) throw new Error(`${page} has ${found.length} samples with ${has}`);
  return found[0]!;
}

/** Runs a sample as its part says. Rejects where it does not print what it should, or ends otherwise than well. */
export async function play(part: Part, samples: readonly Sample[], build: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sample-part-'));
  const port = await freePort();
  const place = { folder, port };
  for (const [name, text] of Object.entries(part.files ?? {})) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const fitted = (of: NonNullable<Part['client']>): Sample => {
    const sample = sampleOf(samples, of);
    const pairs = of.replaced?.(place) ?? [];
    return { ...sample, code: pairs.reduce((text, [a, b]) => text.replaceAll(a, b), sample.code) };
  };
  const { code, language } = fitted(part);
  const program = await written({ code: [part.before, code, part.after].join('\n'), language }, build, `part-${port}`);
  const files = [program.file];
  const server = part.sent === undefined ? undefined : await serving(port, part.sent);
  const children: ChildProcess[] = [];
  let stdout = '';
  let stderr = '';
  let isThere = false;
  const start = (args: readonly string[], onOutput: (text: string) => void): ChildProcess => {
    const child = spawn(process.execPath, args, {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
    });
    child.stdout.setEncoding('utf8').on('data', onOutput);
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    children.push(child);
    return child;
  };
  try {
    const seen = (text: string): void => {
      stdout += text;
      if (!isThere && part.later?.after.test(stdout)) {
        isThere = true;
        void appear(part.later, folder);
      }
      // Once: a second signal ends a job at once.
      if (part.goesOn === true && !main.killed && part.prints.test(stdout)) main.kill('SIGTERM');
    };
    const master = program.args.includes('submit') ? ['--master', 'local'] : [];
    const main = start(
      [...program.args, ...master, ...(part.args?.(place) ?? [])],
      part.client === undefined ? seen : () => {},
    );
    const ended = new Promise<string>((resolve) => {
      main.once('close', (exit, signal) => resolve(`${exit ?? signal}`));
    });
    if (part.client !== undefined) {
      const sample = fitted(part.client);
      const own = { ...sample, code: sample.code.replaceAll('8090', `${port}`) };
      const client = await written(own, build, `client-${port}`);
      files.push(client.file);
      start(client.args, seen);
    }
    const end = await ended;
    // One that goes on and is no job has nobody that makes a graceful stop of the signal.
    const isWell = end === '0' || (part.goesOn === true && end === 'SIGTERM');
    if (isWell && part.prints.test(stdout)) return;
    throw new Error(`ended with ${end}, printed\n${stdout}\nand not ${part.prints}; its log:\n${stderr}`);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    server?.close();
    for (const file of files) await rm(file, { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

/** A file that is there whole from one moment on. */
async function appear({ name, text }: NonNullable<Part['later']>, folder: string): Promise<void> {
  await writeFile(join(folder, '.later'), text);
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await rename(join(folder, '.later'), join(folder, name));
}

/** Sends everyone who connects the same, and keeps the connection. */
function serving(port: number, sent: string | Uint8Array): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.write(sent);
  });
  return new Promise((resolve) => {
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
