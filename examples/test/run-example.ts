import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { resolve } from 'node:path';

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
  readonly ended: Promise<Ended>;
}

const running = new Set<() => void>();

/** Ends what a test left running, so that a failure keeps no process. */
export function endAll(): void {
  for (const end of running) end();
}

/** Where it runs, and what is added to its environment. */
export interface Around {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs an example as a user does: `./run-example NAME ARGS…` in a process of its own. */
export function startExample(...given: (string | Around)[]): Started {
  const args = given.filter((arg): arg is string => typeof arg === 'string');
  const { cwd, env: added } = given.find((arg): arg is Around => typeof arg !== 'string') ?? {};
  const env: NodeJS.ProcessEnv = { ...process.env, ...added };
  delete env['npm_lifecycle_event']; // A user calls no npm script here.
  const child = spawn(resolve('run-example'), args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const end = () => void child.kill('SIGKILL');
  running.add(end);
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
    child.once('close', (exitCode, signal) => {
      running.delete(end);
      settle({ exitCode, signal, ...output });
    });
  });
  return {
    ended,
    kill: (signal) => void child.kill(signal),
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
}

export interface LineServer {
  readonly port: number;
  /** To whoever is connected. */
  send(text: string): void;
  close(): void;
}

/** A TCP server on the loopback address that sends `text` to whoever connects, and keeps the connection open. */
export async function startLineServer(text: string): Promise<LineServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    socket.write(text);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    send(more) {
      for (const socket of sockets) socket.write(more);
    },
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
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
