import type { Hub } from '../hub.ts';
import type { FrameCodec } from '../protocol/codec.ts';
import type { CloseCode } from '../protocol/codes.ts';
import type { AnyServerMessage } from '../protocol/messages.ts';
import type { Link } from './link.ts';

/** What the parts of a session ask of it. */
export interface Speaker {
  readonly hub: Hub;
  readonly link: Link;
  readonly codec: FrameCodec;
  /** Greeted, and not closed. */
  readonly isGreeted: boolean;
  /** As much waits for the network as may: what is not asked for waits too. */
  readonly isFull: boolean;
  /** Books a small message. Throws `Refusal` beyond the limit. */
  countControl(): void;
  send(message: AnyServerMessage): void;
  sendFrame(frame: Buffer): void;
  /** Idempotent. */
  end(code: CloseCode, reason: string): void;
}
