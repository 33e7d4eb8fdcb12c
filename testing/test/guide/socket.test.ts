import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { inspect, SystemClock, SystemProcesses } from '../../../core/internal.ts';
import { NodeDisk } from '../../../core/storage/disk-node.ts';
import { Child } from './child.ts';

/** Batch 0. */
const ZERO_MS = 1_700_000_000_000;
const at = (batch: number): number => ZERO_MS + batch * 1000;
/** The state of batch 2 is written, that of batch 3 is not. */
const STATE_MS = 2000;
const LIMIT_MS = 60_000;

/** A server of lines, which sends to whoever came last. */
class Lines {
  private readonly server: Server;
  private socket: Socket | undefined;
  private onSocket = () => {};

  constructor() {
    this.server = createServer((socket) => {
      this.socket = socket.on('error', () => {});
      socket.on('close', () => {
        if (this.socket === socket) this.socket = undefined;
      });
      this.onSocket();
    });
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return (this.server.address() as { port: number }).port;
  }

  async send(lines: number): Promise<void> {
    while (this.socket === undefined) {
      await new Promise<void>((resolve) => {
        this.onSocket = resolve;
      });
    }
    this.socket.write('line\n'.repeat(lines));
  }

  close(): void {
    this.socket?.destroy();
    this.server.close();
  }
}

interface Case {
  readonly name: string;
  readonly log: 'log' | 'none';
  /** From batch 4 on: those of the down time, then 7, 8, 9. */
  readonly counts: readonly number[];
  readonly totals: readonly number[];
  readonly windows: readonly number[];
}

/** Batches of 1, 2 and 3 lines, then 4 that are received when the driver dies; 5 in batch 7, and 1 in batch 8. */
const CASES: readonly Case[] = [
  {
    name: 'without a log: batches of the down time are empty, windows and state go on without what was lost',
    log: 'none',
    counts: [0, 0, 0, 5, 1, 0],
    totals: [3, 3, 3, 8, 9, 9],
    windows: [0, 0, 0, 5, 6, 6],
  },
  {
    name: 'with the log nothing is missing: what was in no batch yet comes in the one that it was received for',
    log: 'log',
    counts: [4, 0, 0, 5, 1, 0],
    totals: [10, 10, 10, 15, 16, 16],
    windows: [9, 7, 4, 5, 6, 6],
  },
];

describe("the guide's other case: two sockets, a driver that dies by kill -9 after batch 3 and comes back at batch 7", function () {
  this.timeout(120_000);
  let root: string;
  let servers: Lines[];
  let child: Child | undefined;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'dstreams-guide-'));
    servers = [new Lines(), new Lines()];
  });
  afterEach(async () => {
    await child?.kill();
    for (const server of servers) server.close();
    rmSync(root, { recursive: true, force: true });
  });

  const loggedRecords = async () => {
    const disk = new NodeDisk();
    const tools = { disk, clock: new SystemClock(), processes: new SystemProcesses(disk) };
    return (await inspect(join(root, 'checkpoint'), tools)).log.nextSequence;
  };

  for (const { name, log, counts, totals, windows } of CASES) {
    it(name, async () => {
      const ports = (await Promise.all(servers.map((server) => server.listen()))).join(',');
      const start = async (nowMs: number) => {
        child = new Child(root, nowMs, 'socket', ports, STATE_MS, log);
        await child.says(`at ${nowMs}`);
        return child;
      };
      let sent = 0;
      const send = async (program: Child, lines: number) => {
        await servers[0]!.send(Math.ceil(lines / 2));
        await servers[1]!.send(Math.floor(lines / 2));
        sent += lines;
        program.tell(`received ${sent}`);
        await program.says(`received ${sent}`);
      };
      const first = await start(ZERO_MS);
      for (const batch of [1, 2, 3]) {
        await send(first, batch);
        await first.advance(1000, at(batch));
      }
      await send(first, 4);
      const before = await loggedRecords();
      // A block of each receiver is cut.
      await first.advance(250, at(3) + 250);
      const limitMs = performance.now() + LIMIT_MS;
      while (log === 'log' && (await loggedRecords()) < before + 2 && performance.now() < limitMs) await sleep(5);
      await first.kill();

      const second = await start(at(7) - 500);
      sent = 0;
      await send(second, 5);
      await second.advance(500, at(7));
      await send(second, 1);
      await second.advance(1000, at(8));
      await second.advance(1000, at(9));
      const series = (firstBatch: number, numbers: readonly number[]) => numbers.map((n, i) => [at(firstBatch + i), n]);
      const all = (program: Child) => ['count', 'total', 'window'].map((kind) => program.said(kind));
      expect(all(first)).to.deep.equal([series(1, [1, 2, 3]), series(1, [1, 3, 6]), series(1, [1, 3, 6])]);
      expect(all(second)).to.deep.equal([series(4, counts), series(4, totals), series(4, windows)]);
      // All receivers run again before any batch does.
      const { lines } = second;
      const receivers = lines.filter((line) => line.startsWith('receiver '));
      expect(receivers).to.have.members(['receiver 0', 'receiver 1']);
      const firstBatch = lines.findIndex((line) => line.startsWith('batch '));
      expect(lines.slice(0, firstBatch)).to.include.members(receivers);
      expect(lines.indexOf(`batch ${at(7)}`)).to.be.above(firstBatch);
    });
  }
});
