import { hashOfString, wrongArgument } from '../data/index.ts';

/** A path that was given, as text. Throws `OPTIONS_INVALID` for what is neither a text nor a `Path`. */
export function pathText(path: unknown, operation: string): string {
  if (typeof path === 'string') return path;
  if (path instanceof Path) return path.toString();
  throw wrongArgument(operation, 'a path', path);
}

const SCHEME = /^([a-zA-Z][a-zA-Z0-9+.-]+):/;

/**
 * A path as Hadoop's class of this name has it: what the filter of `fileStream` is asked about. Local paths print as
 * `file:/a/b`. Immutable.
 */
export class Path {
  /** What stands between the parts of a path. */
  static readonly SEPARATOR = '/';
  readonly #text: string;

  /** A path by its text. */
  constructor(path: string | Path);
  /** A child of a parent; a child that is absolute is taken as it is. */
  constructor(parent: string | Path, child: string | Path);
  constructor(path: string | Path, child?: string | Path) {
    const text = String(path);
    const below = child === undefined ? undefined : String(child);
    const isOwn = below !== undefined && (below.startsWith('/') || SCHEME.test(below));
    this.#text = tidy(below === undefined ? text : isOwn ? below : `${text}/${below}`);
  }

  /** @internal A path of the local file system, as a listing names it. */
  static ofLocal(path: string): Path {
    return new Path(`file:${path}`);
  }

  /** The last part; empty for the root. */
  getName(): string {
    const path = this.#path();
    return path.slice(path.lastIndexOf('/') + 1);
  }

  /** null for the root, and for a name alone. */
  getParent(): Path | null {
    const path = this.#path();
    const end = path.lastIndexOf('/');
    if (path === '/' || end < 0) return null;
    return new Path(this.#text.slice(0, this.#text.length - path.length) + (end === 0 ? '/' : path.slice(0, end)));
  }

  /** Whether it begins at the root. */
  isAbsolute(): boolean {
    return this.#path().startsWith('/');
  }

  /** Whether it is the root itself. */
  isRoot(): boolean {
    return this.#path() === '/';
  }

  /** How many parts: 0 for the root. */
  depth(): number {
    return this.#path()
      .split('/')
      .filter((part) => part !== '').length;
  }

  /** The path with a text after its last part. */
  suffix(text: string): Path {
    return new Path(this.#text + text);
  }

  /** Its scheme, null where it has none, and its path without scheme and host. */
  toUri(): { getPath(): string; getScheme(): string | null; toString(): string } {
    const scheme = SCHEME.exec(this.#text)?.[1] ?? null;
    return { getPath: () => this.#path(), getScheme: () => scheme, toString: () => this.#text };
  }

  toString(): string {
    return this.#text;
  }

  equals(other: unknown): boolean {
    return other instanceof Path && other.#text === this.#text;
  }

  hashCode(): number {
    return hashOfString(this.#text);
  }

  /** Below 0, 0 or above 0: its place before or behind another one, by text. */
  compareTo(other: Path): number {
    return this.#text < other.#text ? -1 : this.#text > other.#text ? 1 : 0;
  }

  /** Without scheme and host. */
  #path(): string {
    return this.#text.replace(SCHEME, '').replace(/^\/\/[^/]*/, '');
  }
}

/** No doubled slash, none at the end; `file:///a` and `file:/a` are one. */
function tidy(text: string): string {
  const scheme = SCHEME.exec(text)?.[0] ?? '';
  const rest = text.slice(scheme.length);
  const host = scheme === '' ? '' : (/^\/\/[^/]+/.exec(rest)?.[0] ?? '');
  const path = rest.slice(host.length).replace(/\/{2,}/g, '/');
  return scheme + host + (path.length > 1 ? path.replace(/\/$/, '') : path);
}
