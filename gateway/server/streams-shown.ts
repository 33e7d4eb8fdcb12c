import { type Hub, OWN_PREFIX } from '../hub.ts';
import type { AnyServerMessage, MessageId } from '../protocol/messages.ts';
import { allows, type Claims } from '../rights/tokens.ts';

/** The answer to `describe`: the streams that a token may use. */
export function described(hub: Hub, claims: Claims, id: MessageId | undefined): AnyServerMessage {
  const { retentionMs: ms, retentionBytes: bytes } = hub.limits;
  return {
    t: 'described',
    id,
    epoch: hub.epoch,
    streams: [
      ...[...hub.inputs.values()]
        .filter(({ name }) => allows(claims.pub, name))
        .map(({ name, schema, deadLetter }) => ({
          stream: name,
          direction: 'in' as const,
          // Left out, not null: the message's schema says so, and msgpack has a form for undefined.
          ...(schema === undefined ? {} : { schema }),
          ...(deadLetter === undefined ? {} : { deadLetter }),
        })),
      ...[...hub.outputs.values()]
        .filter(({ name }) => allows(claims.sub, name) && !name.startsWith(OWN_PREFIX))
        .map(({ name }) => ({ stream: name, direction: 'out' as const, retention: { ms, bytes } })),
    ],
  };
}

/** Names what there is, as far as a token may see it. */
export function unknownStream(hub: Hub, claims: Claims, name: string, direction: 'in' | 'out'): string {
  const [streams, rights] =
    direction === 'in' ? [[...hub.inputs.keys()], claims.pub] : [[...hub.outputs.keys()], claims.sub];
  const visible = streams.filter((stream) => allows(rights, stream) && !stream.startsWith(OWN_PREFIX)).slice(0, 20);
  const what = direction === 'in' ? 'published to' : 'subscribed to';
  const there = visible.length === 0 ? 'there is none' : `there is ${visible.join(', ')}`;
  return `no stream ${name} can be ${what} here; ${there}`;
}
