import type { GatewayClient, GatewayError as AnyGatewayError, Subscription } from '../../clients/js/exports.ts';
import type { Batch } from '../../clients/js/subscription.ts';
import { revive, toWire } from '../../protocol/values.ts';
import type { Answer, Command, StatusLine } from './driver.ts';

/** The client of this repository, as Node or a page has it. */
export interface ClientLibrary {
  readonly connect: (url: string, options: object) => GatewayClient;
  readonly GatewayError: typeof AnyGatewayError;
}

export interface Host {
  ask(command: Command): Promise<Answer>;
  end(): Promise<void>;
}

/** Does with the client what a scenario says; nothing of Node, since pages do so too. */
export function clientHost({ connect, GatewayError }: ClientLibrary, report: (line: StatusLine) => void): Host {
  const clients = new Map<string, GatewayClient>();
  const subscriptions = new Map<string, Subscription>();
  const batches = new Map<string, Batch>();

  const run = async (c: Readonly<Record<string, any>>): Promise<unknown> => {
    const client = clients.get(c.client)!;
    const subscription = subscriptions.get(c.sub)!;
    switch (c.do) {
      case 'connect':
        clients.set(
          c.client,
          connect(c.url, {
            ...c,
            token: c.tokens === undefined ? c.token : () => (c.tokens.length > 1 ? c.tokens.shift() : c.tokens[0]),
            backoffMs: c.backoffMs ?? 5,
            backoffMaxMs: c.backoffMaxMs ?? 50,
            onStatus: ({ state }: { state: string }) => {
              report({ client: c.client, state });
              const { whenOpen } = c;
              if (c.throws) throw Object.assign(new Error('a scenario says so'), { stack: undefined });
              if (state !== 'open' || whenOpen === undefined || subscriptions.has(whenOpen.sub)) return;
              subscriptions.set(whenOpen.sub, clients.get(c.client)!.subscribe(whenOpen.stream, whenOpen));
            },
          }),
        );
        return null;
      case 'publish': {
        const records = c.records ?? c.values.map((value: unknown) => ({ value }));
        const { seq } = await client.publishRecords(c.stream, records, { ack: c.ack });
        return { seq: seq ?? null };
      }
      case 'subscribe':
        subscriptions.set(c.sub, client.subscribe(c.stream, c));
        return null;
      case 'next': {
        const { value, done } = await subscription.next();
        if (done) return { done: true };
        batches.set(c.sub, value);
        const { batchTime, epoch, records, redelivery, gap } = value;
        return { batchTime, epoch, records, redelivery, gap: gap ?? null };
      }
      case 'ack':
        return batches.get(c.sub)!.ack();
      case 'nack':
        return batches.get(c.sub)!.nack({ delayMs: c.delayMs });
      case 'stop':
        return subscription.stop();
      case 'position': {
        const { epoch = null, after = null } = subscription.position;
        return { epoch, after };
      }
      case 'lastSequence':
        return client.lastSequence(c.stream);
      case 'ready':
        return client.ready();
      case 'describe':
        return client.describe();
      case 'authenticate':
        return client.authenticate(c.token);
      case 'close':
        return client.close(c);
      default:
        throw new GatewayError('INVALID', `the driver knows no ${c.do}`);
    }
  };

  return {
    async ask(command: Command): Promise<Answer> {
      try {
        const ok = await run(revive(JSON.parse(JSON.stringify(command)), false) as Record<string, unknown>);
        return { ok: toWire(ok, { isBinary: false }) };
      } catch (error) {
        if (!(error instanceof GatewayError)) throw error;
        const { code, closeCode, bad } = error;
        return { error: { code, closeCode, bad } as never };
      }
    },
    async end() {
      await Promise.all([...clients.values()].map((client) => client.close({ waitMs: 0 })));
    },
  };
}
