import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect } from 'chai';

export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  /** Resolves, with all of it, when standard output has it; rejects when the example ends without it. */
  printed(pattern: RegExp): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Ctrl-C. It has to end well. */
  stop(): Promise<Ended>;
  readonly ended: Promise<Ended>;
}

/** Where it runs, and what is added to its environment. */
export interface Around {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface LineServer {
  readonly port: string;
  /** To whoever is connected. */
  send(text: string): void;
}

/** What a test starts and leaves behind. `clear` ends and removes all of it. */
export class Stage {
  private readonly examples: Started[] = [];
  private readonly leftovers: (() => void)[] = [];
  private readonly killAll = (): void => {
    for (const { kill } of this.examples) kill('SIGKILL');
  };

  constructor() {
    // The process of the tests may not get as far as `clear`.
    process.once('exit', this.killAll);
  }

  /** Runs an example as a user does: `./run-example NAME ARGS…` in a process of its own. */
  start(...given: (string | Around)[]): Started {
    const args = given.filter((arg): arg is string => typeof arg === 'string');
    const { cwd, env: added } = given.find((arg): arg is Around => typeof arg !== 'string') ?? {};
    const env: NodeJS.ProcessEnv = { ...process.env, ...added };
    delete env['npm_lifecycle_event']; // A user calls no npm script here.
    const child = spawn(resolve('run-example'), args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const output = { stdout: '', stderr: '' };
    let onPrint = () => {};
    for (const name of ['stdout', 'stderr'] as const) {
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text;
        onPrint();
      });
    }
    const ended = new Promise<Ended>((settle, reject) => {
      child.once('error', reject);
      child.once('close', (exitCode, signal) => settle({ exitCode, signal, ...output }));
    });
    const started: Started = {
      ended,
      kill: (signal) => void child.kill(signal),
      async stop() {
        child.kill('SIGINT');
        const { exitCode, signal, ...printed } = await ended;
        expect({ exitCode, signal }, printed.stderr).to.deep.equal({ exitCode: 0, signal: null });
        return { exitCode, signal, ...printed };
      },
      printed: (pattern) =>
        new Promise((settle, reject) => {
          onPrint = () => {
            if (pattern.test(output.stdout)) settle(output.stdout);
          };
          onPrint();
          void ended.then(
            () => reject(new Error(`ended without ${pattern}:\n${output.stdout}\n${output.stderr}`)),
            reject,
          );
        }),
    };
    this.examples.push(started);
    return started;
  }

  /** A TCP server on the loopback address that sends `text` to whoever connects, and keeps the connection open. */
  async lineServer(text: string): Promise<LineServer> {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
      socket.write(text);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.leftovers.push(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    return {
      port: String((server.address() as AddressInfo).port),
      send(more) {
        for (const socket of sockets) socket.write(more);
      },
    };
  }

  /** An empty one. */
  folder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'dstreams-example-'));
    this.leftovers.push(() => rmSync(folder, { recursive: true, force: true }));
    return folder;
  }

  async clear(): Promise<void> {
    process.off('exit', this.killAll);
    this.killAll();
    // What programs write may be in a folder that goes.
    for (const { ended } of this.examples) await ended;
    for (const remove of this.leftovers) remove();
  }
}

const RULE = '-'.repeat(43);
const BATCH = new RegExp(`${RULE}\nTime: (\\d+) ms\n${RULE}\n((?:.+\n)*)\n`, 'y');

export interface PrintedBatch {
  readonly timeMs: number;
  readonly records: readonly string[];
}

/** The batches in the text that `print` wrote. Throws where there is anything else. */
export function printedBatches(stdout: string): PrintedBatch[] {
  const batches: PrintedBatch[] = [];
  BATCH.lastIndex = 0;
  for (let at = 0; at < stdout.length; at = BATCH.lastIndex) {
    const match = BATCH.exec(stdout);
    if (match === null) throw new Error(`no batch at ${at} of ${JSON.stringify(stdout)}`);
    batches.push({ timeMs: Number(match[1]), records: match[2]!.split('\n').slice(0, -1) });
  }
  return batches;
}

/** All records that `print` wrote, sorted. */
export const printedRecords = (stdout: string): string[] =>
  printedBatches(stdout)
    .flatMap(({ records }) => records)
    .sort();
