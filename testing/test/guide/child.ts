import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../../core/internal.ts';

/** The program in a process of its own; see `job.ts`. */
export class Child {
  private readonly process: ChildProcess;
  /** What it said, line by line. */
  readonly lines: string[] = [];
  private errors = '';
  private readonly waiting = new Set<() => void>();
  private readonly ended: Promise<void>;
  private hasEnded = false;

  constructor(...args: readonly (string | number)[]) {
    const cli = [
      join(packageRoot(), 'cli.mjs'),
      'submit',
      '--log-level',
      'ERROR',
      resolve('testing/test/guide/job.ts'),
    ];
    this.process = spawn(process.execPath, [...cli, ...args.map(String)]);
    createInterface({ input: this.process.stdout! }).on('line', (line) => {
      this.lines.push(line);
      for (const look of this.waiting) look();
    });
    this.process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.errors += text;
    });
    this.process.stdin!.on('error', () => {});
    this.ended = new Promise((done) => {
      this.process.once('close', () => {
        this.hasEnded = true;
        for (const look of this.waiting) look();
        done();
      });
    });
  }

  /** Resolves when it has said `line`, from its `from`-th line on. */
  says(line: string, from = 0): Promise<void> {
    return new Promise((found, failed) => {
      const look = () => {
        if (this.lines.indexOf(line, from) >= 0) found();
        else if (!this.hasEnded) return;
        else failed(new Error(`it ended without "${line}"; it said:\n${this.lines.join('\n')}\n${this.errors}`));
        this.waiting.delete(look);
      };
      this.waiting.add(look);
      look();
    });
  }

  tell(command: string): void {
    this.process.stdin!.write(`${command}\n`);
  }

  /** Moves the clock to `toMs`, from where it is; resolves when all that follows is over. */
  async advance(byMs: number, toMs: number): Promise<void> {
    this.tell(`advance ${byMs}`);
    await this.says(`at ${toMs}`);
  }

  /** Of each batch that reported it, in the order in which it did: its time and the number. */
  said(name: string): [timeMs: number, n: number][] {
    return this.lines
      .map((line) => line.split(' '))
      .filter(([word]) => word === name)
      .map(([, time, n]) => [Number(time), Number(n)]);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.process.kill('SIGKILL');
    await this.ended;
  }
}
