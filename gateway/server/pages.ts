import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Hub } from '../hub.ts';
import { messageSchemas } from '../protocol/messages.ts';
import { bearerOf } from './bearer.ts';
import { ICON_SVG, STATUS_HTML } from './status-page.ts';
import { STATUS_JS } from './status-script.ts';
import { STATUS_CSS } from './status-style.ts';

type Gauges = () => Readonly<Record<string, { readonly help: string; readonly value: number }>>;

/** Nothing inline, nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ws: wss:; base-uri 'none'; " +
  "form-action 'none'; frame-ancestors 'none'";
const TEXT = 'text/plain; charset=utf-8';

/** Plain HTTP: the status page, health, metrics, the messages' schemas, tickets. */
export class Pages {
  private readonly files: ReadonlyMap<string, readonly [type: string, text: string]> = new Map<
    string,
    readonly [type: string, text: string]
  >([
    ['/', ['text/html; charset=utf-8', STATUS_HTML]],
    ['/status.js', ['text/javascript; charset=utf-8', STATUS_JS]],
    ['/status.css', ['text/css; charset=utf-8', STATUS_CSS]],
    ['/icon.svg', ['image/svg+xml', ICON_SVG]],
    ...Object.entries(messageSchemas()).map(
      ([name, schema]) => [`/schema/${name}`, ['application/schema+json', JSON.stringify(schema, null, 2)]] as const,
    ),
  ]);

  constructor(
    private readonly hub: Hub,
    private readonly gauges: Gauges,
  ) {}

  answer(request: IncomingMessage, response: ServerResponse): void {
    const path = (request.url ?? '/').split('?', 1)[0]!;
    const { method } = request;
    request.resume();
    response.setHeader('content-security-policy', POLICY);
    response.setHeader('x-content-type-options', 'nosniff');
    response.setHeader('cache-control', 'no-store');
    if (path === '/ticket') return this.ticket(request, response);
    if (method !== 'GET' && method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD');
      return reply(response, 405, TEXT, 'Only GET here. Streams go over WebSocket.\n');
    }
    const file = this.files.get(path);
    if (file !== undefined) return reply(response, 200, ...file);
    if (path === '/healthz') return reply(response, 200, TEXT, 'ok\n');
    if (path === '/metrics') {
      return reply(response, 200, 'text/plain; version=0.0.4; charset=utf-8', this.hub.metrics.text(this.gauges()));
    }
    if (path === '/schema' || path === '/schema/') {
      const names = [...this.files.keys()].filter((name) => name.startsWith('/schema/'));
      return reply(response, 200, 'application/json', JSON.stringify(names, null, 2));
    }
    reply(response, 404, TEXT, 'There is /, /metrics, /healthz, /schema/ and, over WebSocket, /.\n');
  }

  /** `POST /ticket` with a token: a word that a page can say in hello, once, within 30 s. */
  private ticket(request: IncomingMessage, response: ServerResponse): void {
    const { access } = this.hub;
    if (request.method !== 'POST') {
      response.setHeader('allow', 'POST');
      return reply(response, 405, TEXT, 'POST with Authorization: Bearer TOKEN.\n');
    }
    const found = access.checkToken(bearerOf(request));
    if (!found.ok) {
      response.setHeader('www-authenticate', 'Bearer');
      return reply(response, 401, TEXT, `${found.message}\n`);
    }
    reply(response, 200, 'application/json', JSON.stringify(access.ticketFor(found)));
  }
}

function reply(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(text) });
  response.end(response.req.method === 'HEAD' ? undefined : text);
}
