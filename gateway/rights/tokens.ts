import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { DStreamsError } from '../../core/internal.ts';

/** What signs tokens. Shorter ones can be guessed. */
export const secretSchema = z.string().min(16, 'a secret has at least 16 characters');

/** @internal */
const claimsSchema = z.object({
  pub: z.array(z.string().max(256)).max(256).default([]),
  sub: z.array(z.string().max(256)).max(256).default([]),
  /** Records per second that may be published. */
  rate: z.number().positive().optional(),
  /** Epoch ms. */
  exp: z.number().optional(),
  /** Whose it is, for logs. */
  name: z.string().max(128).optional(),
});

/** What a token allows: patterns of stream names (`counts*`), a rate, and until when. */
export type Claims = z.output<typeof claimsSchema>;
export type ClaimsInput = z.input<typeof claimsSchema>;

const PREFIX = 'dst1';
/** Nobody who signs needs more, and nobody else is to make us hash more. */
const TOKEN_CHARS_MAX = 8192;

const sign = (secret: string, text: string): Buffer => createHmac('sha256', secret).update(text).digest();

function checked<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new DStreamsError('OPTIONS_INVALID', `a token: ${z.prettifyError(result.error)}`);
}

/** A token of these claims: `dst1.<claims>.<signature>`, both base64url. Throws `OPTIONS_INVALID`. */
export function createToken(secret: string, claims: ClaimsInput): string {
  checked(secretSchema, secret);
  const text = JSON.stringify(checked(claimsSchema, claims));
  const body = `${PREFIX}.${Buffer.from(text).toString('base64url')}`;
  return `${body}.${sign(secret, body).toString('base64url')}`;
}

/** The claims of a token that one of the secrets signed; undefined for any other text. Does not look at `exp`. */
export function readToken(secrets: readonly string[], token: string): Claims | undefined {
  if (token.length > TOKEN_CHARS_MAX) return undefined;
  const end = token.lastIndexOf('.');
  if (end < 0 || !token.startsWith(`${PREFIX}.`)) return undefined;
  const body = token.slice(0, end);
  const given = Buffer.from(token.slice(end + 1), 'base64url');
  const isGood = secrets.some((secret) => {
    const wanted = sign(secret, body);
    return wanted.length === given.length && timingSafeEqual(wanted, given);
  });
  if (!isGood) return undefined;
  try {
    const text = Buffer.from(body.slice(PREFIX.length + 1), 'base64url').toString();
    return claimsSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether one of the patterns fits; `*` stands for any number of characters. */
export function allows(patterns: readonly string[], name: string): boolean {
  return patterns.some((pattern) => fits(pattern, name));
}

/** Without regular expressions: a pattern is somebody's input. */
function fits(pattern: string, name: string): boolean {
  const pieces = pattern.split('*');
  const first = pieces[0]!;
  if (pieces.length === 1) return pattern === name;
  const last = pieces[pieces.length - 1]!;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at <= name.length - last.length;
}
