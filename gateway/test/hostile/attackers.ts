/**
 * Attackers, in a process of their own at the lowest priority: real ones have machines of their own, and what these do for their
 * part must not be taken for what the server does. Its argument is the server's port. To each message of its parent it lets
 * these attacks go on for so long, each again when it was answered, and answers with what came of them.
 */
import { spawnSync } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ATTACKS_AND_LOADS, type Attacked, isAnswer } from './attacks.ts';
import { metricsOf } from './attacked-server.ts';
import { waitedMs } from './loop-watch.ts';

export interface Order {
  readonly names: readonly string[];
  /** Of each attack at one time. */
  readonly copies: number;
  /** From the beginning of one to that of the next one. */
  readonly apartMs: number;
  /** None begins again later than that after its beginning. */
  readonly forMs: number;
}

/** Of one attack. */
export interface Toll {
  readonly name: string;
  readonly count: number;
  /** Answers that are not those of the table. */
  readonly wrong: readonly string[];
  /** From what it did to the answer. */
  readonly longestMs: number;
  /** For how long of that this process was to run and had no core. */
  readonly waitedMs: number;
}

setPriority(constants.priority.PRIORITY_LOW);
// Linux can do better: who is idle gives way at once, where a low priority has its slice still.
spawnSync('chrt', ['--all-tasks', '--idle', '--pid', '0', String(process.pid)]);
const port = Number(process.argv[2]);
const server: Attacked = { port, metrics: () => metricsOf(port) };

async function goOn(name: string, { copies, forMs }: Order): Promise<Toll> {
  const attack = ATTACKS_AND_LOADS.find((attack) => attack.name === name)!;
  const endMs = performance.now() + forMs;
  const wrong: string[] = [];
  let count = 0;
  let longest = { longestMs: 0, waitedMs: 0 };
  const one = async () => {
    do {
      const startMs = performance.now();
      const waitedBeforeMs = waitedMs();
      const got = await attack.act(server).catch((error: unknown) => String(error));
      if (!isAnswer(attack, got)) wrong.push(got);
      const tookMs = performance.now() - startMs;
      if (tookMs > longest.longestMs) longest = { longestMs: tookMs, waitedMs: waitedMs() - waitedBeforeMs };
      count++;
    } while (performance.now() < endMs);
  };
  await Promise.all(Array.from({ length: copies }, one));
  return { name, count, wrong, ...longest };
}

process.on('message', async (order: Order) => {
  const tolls = order.names.map(async (name, i) => {
    if (order.apartMs > 0) await sleep(i * order.apartMs);
    return goOn(name, order);
  });
  process.send!(await Promise.all(tolls));
});
process.on('disconnect', () => process.exit(0));
