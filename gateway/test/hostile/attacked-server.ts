import { type ChildProcess, type Serializable, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GatewayLimits } from '../../index.ts';
import type { LoopUse } from './loop-watch.ts';

const PROGRAM = fileURLToPath(new URL('./host.ts', import.meta.url));

/** What the server's process uses, in bytes. */
export interface HostUse {
  /** Heap and buffers, after a collection. */
  readonly keptBytes: number;
  readonly residentBytes: number;
}

/** A gateway in a process of its own, which can be asked for what it uses. */
export class AttackedServer {
  /** What it wrote: errors are logged, and a crash says why. */
  said = '';

  private constructor(
    private readonly child: ChildProcess,
    private readonly directory: string,
    readonly port: number,
  ) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    }
  }

  static async start(limits: Partial<GatewayLimits>, batchMs = 250): Promise<AttackedServer> {
    const directory = mkdtempSync(join(tmpdir(), 'dstreams-hostile-'));
    const cli = join(process.env['DSTREAMS_BUILD']!, 'cli.mjs');
    const options = ['submit', '--log-level', 'ERROR', PROGRAM, directory, String(batchMs), JSON.stringify(limits)];
    const child = spawn(process.execPath, ['--expose-gc', cli, ...options], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    const [port] = (await once(child, 'message')) as [number];
    return new AttackedServer(child, directory, port);
  }

  get isAlive(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  use(): Promise<HostUse> {
    return this.ask<HostUse>('memory');
  }

  /** What its event loop did since it was asked before; the first answer is of nothing. */
  loop(): Promise<LoopUse> {
    return this.ask<LoopUse>('loop');
  }

  private ask<T>(what: string): Promise<T> {
    return ask<T>(this.child, what);
  }

  metrics(): Promise<Map<string, number>> {
    return metricsOf(this.port);
  }

  async end(): Promise<void> {
    if (this.isAlive) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** The numbers of `/metrics`, without the prefix of their names. */
export async function metricsOf(port: number): Promise<Map<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [name, value] = line.split(' ') as [string, string];
      return [name.replace(/^dstreams_gateway_/, ''), Number(value)];
    }),
  );
}

/** What a process answers to a message. */
export async function ask<T>(child: ChildProcess, message: Serializable): Promise<T> {
  const answered = once(child, 'message');
  child.send(message);
  const [answer] = (await answered) as [T];
  return answer;
}
