import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export type Command = { readonly do: string } & Readonly<Record<string, unknown>>;
export type Answer = { readonly ok?: unknown; readonly error?: { readonly code: string } };
export type StatusLine = { readonly client: string; readonly state: string; readonly code?: number | null };

/** A client library at work: does what a scenario says. */
export interface Driver {
  /** Where its page is from; undefined for what is no page. */
  readonly origins?: readonly string[];
  ask(command: Command): Promise<Answer>;
  /** Resolves once this client is in this state, or was since the last time that somebody waited for it. */
  reaches(client: string, state: string): Promise<void>;
  end(): Promise<void>;
}

/** States that clients went through, for whoever waits for one. */
export class StatusLog {
  private lines: StatusLine[] = [];
  private wakers: (() => void)[] = [];

  add(line: StatusLine): void {
    this.lines.push(line);
    for (const wake of this.wakers.splice(0)) wake();
  }

  async reaches(client: string, state: string): Promise<void> {
    for (;;) {
      const index = this.lines.findIndex((line) => line.client === client && line.state === state);
      if (index >= 0) {
        this.lines = this.lines.filter((line, i) => line.client !== client || i > index);
        return;
      }
      await new Promise<void>((resolve) => this.wakers.push(resolve));
    }
  }
}

/** A driver that is a program: commands go to its stdin, answers come from its stdout, a JSON line each. */
export function processDriver(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Driver {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] });
  const log = new StatusLog();
  const asked = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  let nextId = 1;
  let trouble = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (trouble += text));
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text);
    if (line.id === undefined) log.add(line);
    else asked.get(line.id)?.resolve(line);
  });
  const ended = new Promise<void>((resolve) => {
    const fail = (why: string) => {
      for (const { reject } of asked.values()) reject(new Error(`${command} ended (${why}):\n${trouble}`));
      resolve();
    };
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => fail(`${code}`));
  });
  return {
    ask: (what) =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        asked.set(id, { resolve, reject });
        child.stdin.write(`${JSON.stringify({ ...what, id })}\n`);
      }),
    reaches: (client, state) => log.reaches(client, state),
    async end() {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A client of somebody else's, in any language: the command line of its driver, for a shell. */
export const commandDriver = (commandLine: string, env: Readonly<Record<string, string>> = {}): Driver =>
  processDriver('sh', ['-c', commandLine], env);
