import type { WebSocket } from 'ws';

/** What the library keeps of a message that is coming in. It has no public form. */
interface Reception {
  readonly _state: number;
  readonly _payloadLength: number;
  readonly _bufferedBytes: number;
  readonly _fragmented: number;
}

const WAITS_FOR_FRAME = 0;
const WAITS_FOR_PAYLOAD = 4;

const of = (ws: WebSocket) => (ws as unknown as { readonly _receiver?: Reception })._receiver;

/** A message has begun, and is not complete. */
export function isPartial(ws: WebSocket): boolean {
  const reception = of(ws);
  if (reception === undefined) return false;
  return reception._bufferedBytes > 0 || reception._fragmented !== 0 || reception._state !== WAITS_FOR_FRAME;
}

/** Of the frame that is coming in, beside what has been read of it. */
export function missingBytes(ws: WebSocket): number {
  const reception = of(ws);
  return reception?._state === WAITS_FOR_PAYLOAD ? reception._payloadLength - reception._bufferedBytes : 0;
}
