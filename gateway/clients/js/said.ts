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

// Types are what was agreed on. Of another peer anything comes, and what is taken for a number that is none counts wrong for
// ever: these throw, by which the connection is given up, as in the clients of Python and Java.

/** The message, which has these numbers. */
export function numbers<T extends object>(message: T, ...names: readonly (keyof T & string)[]): T {
  for (const name of names) {
    if (!Number.isFinite(message[name])) throw new TypeError(`${name} is no number`);
  }
  return message;
}

/** The message, which has this text. */
export function text<T extends object>(message: T, name: keyof T & string): T {
  if (typeof message[name] !== 'string') throw new TypeError(`${name} is no text`);
  return message;
}
