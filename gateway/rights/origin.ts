import { isLoopback } from '../options.ts';

/**
 * Why a page of `origin` may not connect; undefined when it may. Programs send no origin. A page of the same host may,
 * where no other is listed. `host` is what the request calls us: on loopback it must be a loopback name, or a page could
 * make its own name point here.
 */
export function originProblem(
  origin: string | undefined,
  host: string | undefined,
  origins: readonly string[],
  isOnLoopback: boolean,
): string | undefined {
  const listed = new Set(origins.map((entry) => entry.replace(/\/$/, '').toLowerCase()));
  if (origin !== undefined && (listed.has(origin.toLowerCase()) || listed.has('*'))) return undefined;
  // No page: browsers send it. A proxy's look whether we are well, by HTTP/1.0, does not.
  if (origin === undefined && host === undefined) return undefined;
  const name = hostName(host);
  if (isOnLoopback && !isLoopback(name)) {
    return `The host ${shown(name)} is no loopback name, and this gateway serves this machine only.`;
  }
  if (origin === undefined) return undefined;
  if (hostOf(origin) === host?.toLowerCase() && host !== undefined) return undefined;
  return (
    `Pages of ${shown(origin).slice(1, -1)} may not connect. To allow them: startGateway(ssc, { origins: [${shown(origin)}] }). ` +
    'An empty list means pages of this server only.'
  );
}

/** As it is, in quotes; but for what is no ASCII, which in a header can be a command to the terminal that shows the log. */
const shown = (text: string): string => JSON.stringify(text.replace(/[^ -~]/g, '?'));

function hostOf(origin: string): string | undefined {
  const match = /^https?:\/\/([^/]+)$/i.exec(origin);
  return match?.[1]?.toLowerCase();
}

function hostName(host: string | undefined): string {
  if (host === undefined) return '';
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : host.replace(/:\d+$/, '');
}
