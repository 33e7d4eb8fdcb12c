import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { bundle } from '../../../bin/test/bundle.ts';
import { needs } from '../../../bin/test/needs.ts';
import type { GatewayLimits } from '../../index.ts';

interface CaseResult {
  readonly behavior: string;
  readonly behaviorClose: string;
  readonly remoteCloseCode: number | null;
}

/** What the suite's messages of up to 16 MiB, in pieces of 64 bytes, need. */
const WIDE: Partial<GatewayLimits> = {
  frameBytes: 64 << 20,
  fragmentsPerMessage: 1_000_000,
  chunksBuffered: 1_000_000,
  messageMs: 120_000,
  outgoingHardBytes: 128 << 20,
};

/** The cases of framing, control frames, reserved bits, opcodes, fragments, UTF-8, closing, size: all but compression (12, 13). */
const EXCLUDED = ['12.*', '13.*'];
const CASES = 301;

async function run(limits: Partial<GatewayLimits>): Promise<Map<string, CaseResult>> {
  const folder = mkdtempSync(join(tmpdir(), 'autobahn-'));
  const host = await bundle('gateway/test/autobahn/echo-host.ts');
  const child = spawn(process.execPath, [host.path], {
    env: { ...process.env, LIMITS: JSON.stringify(limits) },
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  try {
    const port = await new Promise<string>((ready) => createInterface({ input: child.stdout }).once('line', ready));
    const server = { agent: 'gateway', url: `ws://127.0.0.1:${port}`, protocols: ['dstreams.v1.json'] };
    const spec = join(folder, 'spec.json');
    writeFileSync(
      spec,
      JSON.stringify({
        outdir: join(folder, 'reports'),
        servers: [server],
        cases: ['*'],
        'exclude-cases': EXCLUDED,
        'exclude-agent-cases': {},
      }),
    );
    const start = resolve('node_modules/.cache/tools/autobahn/start');
    await promisify(execFile)(start, ['-m', 'fuzzingclient', '-s', spec], { cwd: folder, maxBuffer: 64 << 20 });
    const index = JSON.parse(readFileSync(join(folder, 'reports', 'index.json'), 'utf8'));
    return new Map(Object.entries(index.gateway as Record<string, CaseResult>));
  } finally {
    child.kill();
    host.remove();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Case ids by what came of them. */
function verdicts(results: ReadonlyMap<string, CaseResult>): Record<string, string[]> {
  const by: Record<string, string[]> = {};
  for (const [id, { behavior, behaviorClose }] of results) {
    const isGood = (word: string) => word === 'OK' || word === 'NON-STRICT' || word === 'INFORMATIONAL';
    const verdict = isGood(behaviorClose) ? behavior : `${behavior} (${behaviorClose})`;
    (by[verdict] ??= []).push(id);
  }
  return by;
}

const counts = (by: Record<string, string[]>): string =>
  Object.entries(by)
    .map(([verdict, { length }]) => `${length} ${verdict}`)
    .join(', ');

describe('the Autobahn test suite 0.8.2', function () {
  this.timeout(1_200_000);

  it('finds nothing wrong where the limits are as wide as its messages', async function () {
    needs(this, 'autobahn');
    const results = await run(WIDE);
    const by = verdicts(results);
    process.stdout.write(`  Autobahn, wide limits: ${results.size} cases: ${counts(by)}\n`);
    expect(results.size).to.equal(CASES);
    expect(Object.keys(by)).to.have.members(['OK', 'NON-STRICT', 'INFORMATIONAL']);
    // UTF-8 is checked when a message is whole, not as its pieces come: closed 1007 all the same, later.
    expect(by['NON-STRICT']).to.have.members(['6.4.1', '6.4.2', '6.4.3', '6.4.4']);
  });

  it('finds only large messages refused where the limits are those of a gateway', async function () {
    needs(this, 'autobahn');
    const results = await run({});
    const by = verdicts(results);
    process.stdout.write(`  Autobahn, default limits: ${results.size} cases: ${counts(by)}\n`);
    expect(results.size).to.equal(CASES);
    for (const [verdict, ids] of Object.entries(by)) {
      if (!verdict.startsWith('FAILED')) continue;
      for (const id of ids) expect([id[0], results.get(id)!.remoteCloseCode], id).to.deep.equal(['9', 4510]);
    }
  });
});
