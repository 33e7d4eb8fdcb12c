import { type Clock, secretText } from '../../core/internal.ts';
import { type Claims, readToken } from './tokens.ts';

/** How long a ticket waits for its hello, ms. */
const TICKET_MS = 30_000;
const TICKETS_MAX = 10_000;
const TICKET_PREFIX = 'ticket.';

/** Everything is allowed: no secret is configured, and only this machine can connect. */
const OPEN_CLAIMS: Claims = { pub: ['*'], sub: ['*'] };

export type Access =
  | {
      readonly ok: true;
      readonly claims: Claims;
      /** Which token it was, by itself or by a ticket. */
      readonly key: string;
    }
  | { readonly ok: false; readonly isExpired: boolean; readonly message: string };

type Granted = Pick<Access & { readonly ok: true }, 'claims' | 'key'>;

/** Who may do what: tokens, and tickets that stand for one for half a minute, once. */
export class AccessControl {
  private readonly tickets = new Map<string, Granted & { readonly untilMs: number }>();

  constructor(
    private readonly secrets: readonly string[] | undefined,
    private readonly clock: Clock,
  ) {}

  get isOpen(): boolean {
    return this.secrets === undefined;
  }

  /** For a ticket: one does not make the next, or it would be good for ever. */
  checkToken(token: string | undefined): Access {
    if (this.secrets !== undefined && token?.startsWith(TICKET_PREFIX))
      return refuse('a ticket is made by a token, not by a ticket');
    return this.check(token);
  }

  check(token: string | undefined): Access {
    if (this.secrets === undefined) return { ok: true, claims: OPEN_CLAIMS, key: '' };
    if (token === undefined || token === '') {
      return refuse('a token is needed: in hello.token, or in an Authorization: Bearer header');
    }
    const granted = token.startsWith(TICKET_PREFIX) ? this.redeem(token) : grantedBy(this.secrets, token);
    if (granted === undefined) return refuse('the token is not valid here');
    const { claims, key } = granted;
    if (claims.exp !== undefined && claims.exp <= this.clock.now()) {
      return { ok: false, isExpired: true, message: 'the token has expired: get a new one' };
    }
    return { ok: true, claims, key };
  }

  /** A word for one hello, for pages that should not hold a token. */
  ticketFor({ claims, key }: Granted): { readonly ticket: string; readonly expiresMs: number } {
    const nowMs = this.clock.now();
    for (const [ticket, { untilMs }] of this.tickets) {
      if (untilMs > nowMs && this.tickets.size < TICKETS_MAX) break;
      this.tickets.delete(ticket);
    }
    const ticket = `${TICKET_PREFIX}${secretText(24)}`;
    this.tickets.set(ticket, { claims, key, untilMs: nowMs + TICKET_MS });
    return { ticket, expiresMs: nowMs + TICKET_MS };
  }

  private redeem(ticket: string): Granted | undefined {
    const found = this.tickets.get(ticket);
    this.tickets.delete(ticket);
    return found !== undefined && found.untilMs > this.clock.now() ? found : undefined;
  }
}

/** Known by what is signed: signatures have several spellings. */
function grantedBy(secrets: readonly string[], token: string): Granted | undefined {
  const claims = readToken(secrets, token);
  return claims === undefined ? undefined : { claims, key: token.slice(0, token.lastIndexOf('.')) };
}

const refuse = (message: string): Access => ({ ok: false, isExpired: false, message });
