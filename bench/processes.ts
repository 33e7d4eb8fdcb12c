import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { findRepository } from '../bin/cli/examples.ts';
import { packageRoot } from '../core/internal.ts';

/** How much of what a child says on standard error is kept for an error message. */
const TAIL_CHARS = 4000;

/** What a child answers with. */
type Answer = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly message: string };

/**
 * A process of its own for everything that is timed. It runs one function of the bench, which may answer many requests:
 * so two of them can be measured in turn.
 */
export class Child {
  private tail = '';
  private readonly waiting: { resolve: (value: unknown) => void; reject: (error: Error) => void }[] = [];
  private isOver = false;

  private constructor(
    private readonly process: ChildProcess,
    private readonly name: string,
  ) {
    process.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.tail = (this.tail + text).slice(-TAIL_CHARS);
    });
    process.on('message', (answer: Answer) => {
      const waiter = this.waiting.shift();
      if (answer.ok) waiter?.resolve(answer.value);
      else waiter?.reject(new Error(`${this.name}: ${answer.message}`));
    });
    process.on('close', (code, signal) => {
      this.isOver = true;
      for (const { reject } of this.waiting.splice(0))
        reject(new Error(`${this.name} ended with ${signal ?? code}\n${this.tail}`));
    });
  }

  /** `name` is one of the functions that `serve` knows. */
  static start(name: string, args: readonly unknown[] = [], nodeFlags: readonly string[] = []): Child {
    const script = join(findRepository()!, 'bench', 'child.mjs');
    const child = fork(script, [join(packageRoot(), 'bench.mjs'), name, JSON.stringify(args)], {
      execArgv: [...nodeFlags],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    return new Child(child, name);
  }

  /** Sends a request and resolves with its answer; answers come in order. */
  ask<T>(request: unknown = null): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.isOver) return reject(new Error(`${this.name} has ended\n${this.tail}`));
      this.waiting.push({ resolve: resolve as (value: unknown) => void, reject });
      this.process.send({ request });
    });
  }

  /** Resolves when the process has gone. */
  async end(): Promise<void> {
    if (this.isOver) return;
    const closed = new Promise<void>((resolve) => this.process.once('close', () => resolve()));
    this.process.kill('SIGKILL');
    await closed;
  }
}

/** Runs one function in a fresh process and resolves with what it gives. */
export async function inFreshProcess<T>(
  name: string,
  args: readonly unknown[] = [],
  nodeFlags: readonly string[] = [],
): Promise<T> {
  const child = Child.start(name, args, nodeFlags);
  try {
    return await child.ask<T>();
  } finally {
    await child.end();
  }
}

/** What a child runs: sets up with the arguments it was started with, and answers requests. */
export type Server = (...args: never[]) => Promise<(request: never) => unknown> | ((request: never) => unknown);

/** The child's side: answers one request after the other until it is killed, or its parent has gone. */
export function serve(server: Server, args: readonly unknown[]): void {
  const answering = Promise.resolve().then(() => server(...(args as never[])));
  let tail: Promise<void> = Promise.resolve();
  process.on('message', ({ request }: { request: unknown }) => {
    tail = tail.then(async () => {
      let answer: Answer;
      try {
        answer = { ok: true, value: await (await answering)(request as never) };
      } catch (error) {
        answer = { ok: false, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
      }
      process.send!(answer);
    });
  });
  process.on('disconnect', () => process.exit(0));
}
