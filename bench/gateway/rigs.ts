import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from '../processes.ts';
import type { BareKind } from './bare.ts';
import type { Encoding } from './frames.ts';
import type { PublisherOptions } from './publisher.ts';
import type { ServerOptions } from './server.ts';
import type { Usage } from './usage.ts';

/** A server and its client, each in a process of its own. */
export interface Rig {
  readonly server: Child;
  readonly client: Child;
}

export interface Round {
  readonly ms: number;
  /** Of the server's process. */
  readonly cpuMs: number;
}

/** Runs `f` with a gateway whose log lies in a directory of the machine's disk. */
export async function withGateway<T>(
  options: Omit<ServerOptions, 'checkpointDir'>,
  f: (server: Child, port: number) => Promise<T>,
  nodeFlags: readonly string[] = [],
): Promise<T> {
  const checkpointDir = await mkdtemp(join(tmpdir(), 'dstreams-bench-'));
  const server = Child.start('gateway', [{ ...options, checkpointDir }], nodeFlags);
  try {
    return await f(server, await server.ask<number>('port'));
  } finally {
    await server.end();
    await rm(checkpointDir, { recursive: true, force: true });
  }
}

export async function withBare<T>(
  kind: BareKind,
  encoding: Encoding,
  batchMs: number,
  f: (server: Child, port: number) => Promise<T>,
): Promise<T> {
  const server = Child.start('bare', [kind, encoding, batchMs]);
  try {
    return await f(server, await server.ask<number>('port'));
  } finally {
    await server.end();
  }
}

export async function withPublisher<T>(options: PublisherOptions, f: (client: Child) => Promise<T>): Promise<T> {
  const client = Child.start('publisher', [options]);
  try {
    return await f(client);
  } finally {
    await client.end();
  }
}

export async function round({ server, client }: Rig, frames: number): Promise<Round> {
  const before = await server.ask<Usage>('usage');
  const ms = await client.ask<number>(frames);
  const after = await server.ask<Usage>('usage');
  return { ms, cpuMs: after.cpuMs - before.cpuMs };
}
