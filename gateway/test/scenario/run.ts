import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { z } from 'zod';
import { createTestContext, type TestContext } from '../../../testing/index.ts';
import { type Gateway, type GatewayOptions, startGateway } from '../../index.ts';
import type { Driver } from './driver.ts';
import { Proxy } from './proxy.ts';

type Step = {
  readonly do: string;
  readonly save?: string;
  readonly later?: string;
  readonly expect?: unknown;
} & Record<string, any>;

export interface Scenario {
  readonly name: string;
  readonly server?: GatewayOptions;
  readonly steps: readonly Step[];
}

const FOLDER = new URL('../../../docs/gateway/scenarios/', import.meta.url);

/** The scripts that are published for other languages. */
export const scenarios = (): Scenario[] =>
  readdirSync(fileURLToPath(FOLDER))
    .filter((file) => file.endsWith('.json'))
    .sort()
    .map((file) => JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as Scenario);

interface Served {
  readonly t: TestContext;
  readonly gateway: Gateway;
}

/** The streams that all scenarios have. */
function build(t: TestContext, gateway: Gateway, taken: unknown[]): void {
  const numbers = t.ssc.receiverStream(gateway.receiver('numbers'));
  numbers.foreachRDD(gateway.publisher('copies'));
  numbers.foreachRDD(async (rdd: { collect(): Promise<unknown[]> }) => {
    taken.push(...(await rdd.collect()));
  });
  const schema = z.object({ n: z.number() });
  t.ssc.receiverStream(gateway.receiver('checked', { schema })).foreachRDD(gateway.publisher('accepted'));
  t.ssc
    .receiverStream(gateway.receiver('sorted', { schema, deadLetter: 'letters' }))
    .foreachRDD(gateway.publisher('sound'));
  t.ssc
    .receiverStream(gateway.receiver('full', { withMetadata: true }))
    .map((record: { key: unknown; value: unknown; timestampMs: unknown; headers: unknown }) => {
      const { key, value, timestampMs, headers } = record;
      return { key, value, timestampMs, headers };
    })
    .foreachRDD(gateway.publisher('details'));
}

const BATCH_MS = 1000;
const STUCK_MS = 45_000;

/** Plays one script: the server's steps here, in virtual time and with real sockets, the client's by the driver. */
export async function play({ server = {}, steps }: Scenario, driver: Driver): Promise<void> {
  const taken: unknown[] = [];
  const serve = async (): Promise<Served> => {
    const t = createTestContext({ batchMs: BATCH_MS });
    const gateway = startGateway(t.ssc, {
      port: 0,
      durability: 'memory',
      origins: driver.origins ?? [],
      ...server,
      // Batches take virtual seconds, and a client's hello takes real time.
      limits: { helloMs: 3_600_000, ...server.limits },
    });
    build(t, gateway, taken);
    await t.start();
    return { t, gateway };
  };
  let served = await serve();
  const proxy = await Proxy.to(served.gateway.port);
  const saved: Record<string, any> = {};
  const pending = new Map<string, Promise<unknown>>();
  const act = async (step: Step): Promise<unknown> => {
    switch (step.do) {
      case 'batch':
        return served.t.run(step.count ?? 1);
      case 'cut':
        return proxy.cut();
      case 'refuse':
        return proxy.refuse();
      case 'admit':
        return proxy.admit();
      case 'restart':
        proxy.targetPort = undefined;
        await served.t.stop();
        served = await serve();
        proxy.targetPort = served.gateway.port;
        return;
      case 'token': {
        const { ttlMs, ...claims } = step.claims;
        const exp = ttlMs === undefined ? {} : { exp: served.t.clock.now() + ttlMs };
        return { token: served.gateway.token({ ...claims, ...exp }) };
      }
      case 'status':
        return driver.reaches(step.client, step.state);
      case 'taken':
        return { ok: taken };
      case 'sent': {
        const text = await (await fetch(`http://127.0.0.1:${served.gateway.port}/metrics`)).text();
        return { ok: Number(/^dstreams_gateway_records_out_total (\d+)$/m.exec(text)![1]) };
      }
      case 'await':
        return pending.get(step.of);
      default: {
        const { expect: _, save: __, later: ___, ...command } = step;
        return driver.ask({ ...command, ...(step.do === 'connect' ? { url: proxy.url } : {}) });
      }
    }
  };
  let at = 0;
  const all = async (): Promise<void> => {
    for (const [index, raw] of steps.entries()) {
      at = index;
      const step = filled(raw, saved) as Step;
      const result = act(step);
      if (step.later !== undefined) {
        result.catch(() => {});
        pending.set(step.later, result);
        continue;
      }
      const got = (await result) as { ok?: unknown; error?: unknown; token?: string } | undefined;
      const what = `step ${index}: ${JSON.stringify(step)}`;
      if (step.expect !== undefined) fits(got, step.expect, what);
      else if (got?.error !== undefined) expect.fail(`${what}: ${JSON.stringify(got)}`);
      if (step.save !== undefined) saved[step.save] = got?.token ?? got?.ok;
    }
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    // A script that hangs must not keep the next ones from their server.
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`step ${at} hangs: ${JSON.stringify(steps[at])}`)), STUCK_MS);
    });
    await Promise.race([all(), late]);
  } finally {
    clearTimeout(timer);
    try {
      await driver.end();
    } finally {
      // A context that stays would fail every scenario after this one.
      await served.t.stop();
      await proxy.close();
    }
  }
}

/** `"$name.field"` stands for what was saved; `"$name.field+1000"` for more than that. */
function filled(value: unknown, saved: Readonly<Record<string, any>>): unknown {
  if (typeof value === 'string' && value.startsWith('$')) {
    const [, path, plus] = /^\$([\w.]+)([+-]\d+)?$/.exec(value)!;
    const found = path!.split('.').reduce((at, key) => at[key], saved as any);
    return plus === undefined ? found : found + Number(plus);
  }
  if (Array.isArray(value)) return value.map((item) => filled(item, saved));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, saved)]));
}

/** All that is expected is there; lists are as long. */
function fits(got: unknown, wanted: unknown, what: string): void {
  if (Array.isArray(wanted)) {
    expect(got, what).to.be.an('array').with.lengthOf(wanted.length);
    for (const [i, item] of wanted.entries()) fits((got as unknown[])[i], item, `${what} [${i}]`);
  } else if (typeof wanted === 'object' && wanted !== null) {
    expect(got, what).to.be.an('object');
    for (const [key, item] of Object.entries(wanted)) {
      fits((got as Record<string, unknown>)[key], item, `${what} .${key} of ${JSON.stringify(got)}`);
    }
  } else expect(got, what).to.equal(wanted);
}
