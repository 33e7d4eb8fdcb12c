import type { SERVER_MESSAGES, ServerMessage } from '../../protocol/messages.ts';

type Type = keyof typeof SERVER_MESSAGES;

/**
 * A message of the server, of which the ids are numbers, as this client gave them. `Subscription` has types of its own: the package shows
 * it, and declarations of its clients need nothing of zod.
 */
export type Said<T extends Type> =
  ServerMessage<T> extends { id: unknown }
    ? Omit<ServerMessage<T>, 'id'> & { readonly id: number }
    : ServerMessage<T> extends { id?: unknown }
      ? Omit<ServerMessage<T>, 'id'> & { readonly id?: number }
      : ServerMessage<T>;

/** Anything that the server says. One of a later version may be another thing: it is passed over. */
export type AnySaid = { [T in Type]: Said<T> }[Type];
