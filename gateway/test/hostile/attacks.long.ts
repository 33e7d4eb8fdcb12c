import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { bundle } from '../../../bin/test/bundle.ts';
import { ATTACKED_LIMITS, ATTACKS, isAnswer } from './attacks.ts';
import { AttackedServer, type HostUse } from './attacked-server.ts';
import { RawPeer } from './raw-peer.ts';

const ROUNDS = 3;
const QUIET_MS = 15_000;
const IDLE = 1000;

const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
const memory = ({ keptBytes, residentBytes }: HostUse) =>
  `${mib(keptBytes)} MiB of heap and buffers, ${mib(residentBytes)} MiB resident`;
const say = (text: string) => process.stdout.write(`    ${text}\n`);

/** Asks until the server's memory is at most this, for a minute. */
async function back(server: AttackedServer, keptBytes: number): Promise<HostUse> {
  let use = await server.use();
  for (let i = 0; i < 60 && use.keptBytes > keptBytes; i++) {
    await sleep(1000);
    use = await server.use();
  }
  expect(use.keptBytes).to.be.at.most(keptBytes);
  return use;
}

describe('a gateway that is attacked for long', function () {
  this.timeout(900_000);
  let server: AttackedServer;
  beforeEach(async () => {
    server = await AttackedServer.start(ATTACKED_LIMITS);
  });
  afterEach(() => server.end());

  it('answers again and again, has its memory back, and prints how long attackers and others wait', async () => {
    const program = await bundle('gateway/test/hostile/probe.ts');
    const probe = spawn(process.execPath, [program.path, `ws://127.0.0.1:${server.port}/`], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const waits = async () => {
      const answered = once(probe, 'message');
      probe.send('waits');
      const [tookMs] = (await answered) as [number[]];
      tookMs.sort((a, b) => a - b);
      return { p50: tookMs[tookMs.length >> 1]!, p99: tookMs[Math.floor(tookMs.length * 0.99)]!, count: tookMs.length };
    };
    let longest = { ms: 0, name: '' };
    const attack = async () => {
      const acts = ATTACKS.map(async (attack) => {
        const startMs = performance.now();
        const got = await attack.act(server);
        expect(isAnswer(attack, got), `${attack.name}: answered ${got}`).to.equal(true);
        const ms = performance.now() - startMs;
        if (ms > longest.ms) longest = { ms, name: attack.name };
      });
      await Promise.all(acts);
    };
    try {
      await sleep(3000);
      await attack();
      await waits();
      const { keptBytes } = await server.use();
      const ratios: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        await sleep(QUIET_MS);
        const quiet = await waits();
        await attack();
        const attacked = await waits();
        ratios.push(attacked.p99 / quiet.p99);
        say(
          `acknowledged in p50 ${quiet.p50.toFixed(1)}, p99 ${quiet.p99.toFixed(1)} ms (${quiet.count}); under attack ` +
            `p50 ${attacked.p50.toFixed(1)}, p99 ${attacked.p99.toFixed(1)} ms (${attacked.count})`,
        );
      }
      say(`p99 under attack ÷ before: ${ratios.map((ratio) => ratio.toFixed(2)).join(', ')} (bar: 2)`);
      say(`longest until an answer: ${(longest.ms / 1000).toFixed(1)} s, ${longest.name} (bar: 15)`);
      say(`before ${mib(keptBytes)} MiB of heap and buffers`);
      say(`afterwards ${memory(await back(server, 1.1 * keptBytes))}`);
    } finally {
      probe.kill();
      program.remove();
    }
  });

  it(`ends ${IDLE} connections that say nothing after hello, and has their memory back`, async () => {
    const hold = async () => {
      const peers: RawPeer[] = [];
      for (let at = 0; at < IDLE; at += 50) {
        peers.push(...(await Promise.all(Array.from({ length: 50 }, () => RawPeer.greeted(server.port)))));
      }
      return peers;
    };
    const ended = async (peers: readonly RawPeer[]) => {
      for (const peer of peers) expect(await peer.outcome()).to.equal('close 4009');
    };
    await ended(await hold());
    const before = await server.use();
    const peers = await hold();
    const during = await server.use();
    await ended(peers);
    say(`before ${memory(before)}; with ${IDLE} idle connections ${memory(during)}`);
    say(`afterwards ${memory(await back(server, 1.1 * before.keptBytes))}`);
  });
});
