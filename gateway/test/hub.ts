import { ENGINE, type OutputSink, OUTPUT, type StreamEngine } from '../../core/internal.ts';
import type { TestContext } from '../../testing/index.ts';
import { Hub, type Listener } from '../hub.ts';
import { type GatewayOptions, resolveOptions } from '../options.ts';

/** A gateway in its parts, for tests that stand in the place of one of them: what `startGateway` does, but for the server. */
export function startHub({ ssc }: TestContext, options: GatewayOptions, listenerOf: (hub: Hub) => Listener): Hub {
  const hub = new Hub(resolveOptions(options));
  hub.listenBy(listenerOf(hub));
  (ssc as unknown as { readonly [ENGINE]: StreamEngine })[ENGINE].addService(hub);
  return hub;
}

/** What `gateway.publisher` gives. */
export const publisherOf = (hub: Hub, name: string): (() => Promise<void>) & { readonly [OUTPUT]: OutputSink } =>
  Object.assign(async () => {}, { [OUTPUT]: hub.addPublisher(name) } as const);
