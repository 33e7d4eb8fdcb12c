import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('./server.ts', import.meta.url));

/** The program as a user runs it, in a process of its own, on a real disk. */
export class ServerProcess {
  private child: ChildProcess | undefined;

  constructor(
    private readonly folder: string,
    /** Whose pages may connect. */
    private readonly origins: readonly string[] = [],
  ) {
    mkdirSync(this.batches);
  }

  /** Where the batches are, a file each. */
  get batches(): string {
    return join(this.folder, 'batches');
  }

  /** Resolves with the port once it listens. */
  start(): Promise<number> {
    const cli = join(process.env.DSTREAMS_BUILD!, 'cli.mjs');
    const args = [
      cli,
      'submit',
      '--log-level',
      'WARN',
      PROGRAM,
      join(this.folder, 'checkpoint'),
      this.batches,
      ...this.origins,
    ];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    let text = '';
    return new Promise((resolve, reject) => {
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (more: string) => {
          text += more;
          const found = /^listening on (\d+)$/m.exec(text);
          if (found !== null) resolve(Number(found[1]));
        });
      }
      child.once('error', reject);
      child.once('close', (code, signal) => reject(new Error(`the server ended with ${signal ?? code}:\n${text}`)));
    });
  }

  /** Resolves when it is gone, with its exit code, or null where a signal ended it. */
  async end(signal: NodeJS.Signals): Promise<number | null> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    child.kill(signal);
    return ended;
  }
}
