import type { FrameCodec } from '../../protocol/codec.ts';
import type { Message } from '../hostile/answers.ts';
import { Answers } from '../hostile/answers.ts';
import { Inbox } from '../../server/inbox.ts';
import type { Link } from '../../server/link.ts';
import { Session } from '../../server/session.ts';
import { BATCH_MS, type Life } from './life.ts';

const NO_BOUNDS = { depthMax: 1000, itemsMax: Number.POSITIVE_INFINITY };
/** A server that is well closes a client that is well with these only. */
const CLOSES = [4001, 4011, 4511];

/** A connection of a client to a life: what the server says waits until it is delivered. */
export class Wire {
  private said: (Buffer | number)[] = [];
  private readonly inbox: Inbox;
  private readonly session: Session;
  readonly answers: Answers;
  /** Codes that end it. */
  closedBy: number | undefined;

  constructor(
    private readonly life: Life,
    private readonly codec: FrameCodec,
    private readonly onMessage: (message: Message) => void,
  ) {
    this.answers = new Answers(BATCH_MS);
    this.inbox = new Inbox((steps) => life.steps.add(steps));
    const say = (what: Buffer | number) => {
      if (!life.disk.isDead && this.closedBy === undefined) this.said.push(what);
    };
    const link: Link = {
      address: 'memory',
      headerToken: undefined,
      send: (frame) => say(frame),
      close: (code) => say(code),
      destroy: () => say(1006),
      ping: () => queueMicrotask(() => this.session.pinged()),
      bufferedBytes: () => 0,
      takenBytes: () => 0,
    };
    this.session = new Session(life.hub, link, codec);
  }

  send(message: object): void {
    const bytes = this.codec.encode(message);
    this.take(() => this.session.receive(bytes, this.codec.isBinary));
  }

  private take(work: () => Iterator<void> | undefined | void): void {
    this.inbox.take(() => (this.life.disk.isDead ? undefined : work()));
  }

  /** What has come so far. Throws for what may not come. */
  deliver(): void {
    for (const what of this.said.splice(0)) {
      if (this.closedBy !== undefined) return;
      if (typeof what === 'number') {
        if (!CLOSES.includes(what)) throw new Error(`a client that is well was closed with ${what}`);
        this.closedBy = what;
        return;
      }
      const message = this.codec.decode(what, NO_BOUNDS) as Message;
      this.answers.take(message);
      this.onMessage(message);
    }
  }

  /** The network is gone. What came before is still read. */
  cut(): void {
    if (this.closedBy !== undefined) return;
    this.closedBy = 1006;
    this.inbox.take(() => this.session.leave(1006));
  }
}
