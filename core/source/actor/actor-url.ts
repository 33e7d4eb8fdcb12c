import { DStreamsError } from '../../errors.ts';

export interface ActorUrl {
  readonly system: string;
  /** undefined: an actor of the same system. */
  readonly address: { readonly host: string; readonly port: number } | undefined;
  /** `/user/name`. */
  readonly path: string;
}

const URL = /^akka(?:\.tcp)?:\/\/([^@/:]+)(?:@(\[[^\]]+\]|[^:/[\]]+):(\d{1,5}))?(\/user\/[^\s?#]+)$/;

/** The parts of `akka.tcp://system@host:port/user/name` (0.9: `akka://…`), or of `/user/name`. Throws `OPTIONS_INVALID`. */
export function parseActorUrl(url: string): ActorUrl {
  if (/^\/user\/[^\s?#]+$/.test(url)) return { system: '', address: undefined, path: url };
  const [, system, host, port, path] = URL.exec(url) ?? [];
  if (system === undefined || path === undefined || Number(port ?? 0) > 65_535) {
    throw new DStreamsError(
      'OPTIONS_INVALID',
      `${JSON.stringify(url)} is no URL of an actor. One looks like akka.tcp://system@host:2552/user/name.`,
    );
  }
  const address = host === undefined ? undefined : { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
  return { system, address, path };
}

/** The other way round. */
export function actorUrl({ system, address, path }: ActorUrl): string {
  if (address === undefined) return `akka://${system}${path}`;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return `akka.tcp://${system}@${host}:${address.port}${path}`;
}
