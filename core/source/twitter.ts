import { builtInRegistry, StorageLevel, StorageLevels } from '../data/index.ts';
import { DStreamsError } from '../errors.ts';
import type { FileSystem } from '../storage/file-system.ts';
import { iterableReceiver } from './iterable-receiver.ts';
import type { Receiver } from './receiver.ts';

/** A tweet as Twitter's JSON has it; what else it holds is not looked at. */
export interface StatusRecord {
  /** Its number. */
  readonly id: number;
  /** What was written. */
  readonly text: string;
  /** `Wed Oct 10 20:19:24 +0000 2018`, ISO 8601, or ms since 1970. */
  readonly created_at?: string | number;
  /** The language of the text: `en`. */
  readonly lang?: string;
  /** Who wrote it: number, handle without `@`, name. */
  readonly user: { readonly id: number; readonly screen_name?: string; readonly name?: string };
  /** Where they are not given, the words of the text that begin with `#`. */
  readonly entities?: {
    readonly hashtags?: readonly { readonly text: string; readonly indices?: readonly number[] }[];
  };
}

/** Where tweets come from. */
export interface TwitterFeed {
  /**
   * Tweets as they come; an end stops the stream. `filters` is what the program tracks, none for a sample of all: a feed may
   * leave out what does not match, and what it gives is filtered in any case. `signal` is aborted when the stream stops.
   */
  statuses(
    filters: readonly string[],
    signal: AbortSignal,
  ): AsyncIterable<Status | StatusRecord> | Iterable<Status | StatusRecord>;
}

/** Who wrote a tweet (twitter4j `User`). */
export class TwitterUser {
  /** @internal */
  constructor(private readonly record: StatusRecord['user']) {}

  /** The number of the user. */
  getId(): number {
    return this.record.id;
  }
  /** The handle, without `@`; empty where it is not known. */
  getScreenName(): string {
    return this.record.screen_name ?? '';
  }
  /** The name; the handle where it is not known. */
  getName(): string {
    return this.record.name ?? this.getScreenName();
  }
}

/** A hashtag in a tweet (twitter4j `HashtagEntity`): the text without `#`, and where it stands. */
export class HashtagEntity {
  /** @internal */
  constructor(
    private readonly text: string,
    private readonly start: number,
    private readonly end: number,
  ) {}

  /** The tag without its `#`. */
  getText(): string {
    return this.text;
  }
  /** Where its `#` stands in the text. */
  getStart(): number {
    return this.start;
  }
  /** Where it ends: behind its last character. */
  getEnd(): number {
    return this.end;
  }
}

/** A tweet (twitter4j `Status`). Throws `OPTIONS_INVALID` when it is made of something that is none. */
export class Status {
  private readonly record: StatusRecord;

  /** A tweet by Twitter's JSON. Throws `OPTIONS_INVALID` for what has no id, text and user. */
  constructor(record: StatusRecord) {
    const { id, text, user } = (record ?? {}) as Partial<StatusRecord>;
    if (typeof id !== 'number' || typeof text !== 'string' || typeof user?.id !== 'number')
      throw new DStreamsError('OPTIONS_INVALID', 'a tweet is an object with id, text and user.id');
    this.record = record;
  }

  /** The number of the tweet. */
  getId(): number {
    return this.record.id;
  }
  /** What was written. */
  getText(): string {
    return this.record.text;
  }
  /** Who wrote it. */
  getUser(): TwitterUser {
    return new TwitterUser(this.record.user);
  }
  /** The language of the text; null where it is not known. */
  getLang(): string | null {
    return this.record.lang ?? null;
  }
  /** When it was written; 1970 where that is not known. */
  getCreatedAt(): Date {
    return new Date(this.record.created_at ?? 0);
  }
  /** Its hashtags: those that came with it, else the words of the text that begin with `#`. */
  getHashtagEntities(): HashtagEntity[] {
    const given = this.record.entities?.hashtags;
    if (given !== undefined)
      return given.map(({ text, indices }) => new HashtagEntity(text, indices?.[0] ?? 0, indices?.[1] ?? 0));
    return Array.from(
      this.record.text.matchAll(/#([\p{L}\p{N}_]+)/gu),
      (match) => new HashtagEntity(match[1]!, match.index, match.index + match[0].length),
    );
  }
  toString(): string {
    return `Status(id=${this.getId()}, user=${this.getUser().getScreenName()}, text=${this.getText()})`;
  }

  /** @internal What it was made of. */
  toRecord(): StatusRecord {
    return this.record;
  }
}

builtInRegistry.register<Status>(Status, {
  name: 'twitter4j.Status',
  encode: (status) => status.toRecord(),
  decode: (data) => new Status(data as StatusRecord),
});

/** Twitter's rule: one of the phrases, all of whose words the text has, in any case and order; hashtags count without `#`. */
export function isTracked(text: string, filters: readonly string[]): boolean {
  if (filters.length === 0) return true;
  const words = new Set(text.toLowerCase().split(/[^\p{L}\p{N}_]+/u));
  const wordsOf = (phrase: string) =>
    phrase
      .toLowerCase()
      .split(/[^\p{L}\p{N}_]+/u)
      .filter((word) => word !== '');
  return filters.some((phrase) => wordsOf(phrase).length > 0 && wordsOf(phrase).every((word) => words.has(word)));
}

const RECORDING_BYTES_MAX = 256 * 1024 * 1024;

/** A recording: a tweet a line, as JSON. All of it is checked before the first tweet is given: `OPTIONS_INVALID`, `IO_FAILED`. */
export function recordedFeed(path: string, files: FileSystem): TwitterFeed {
  return {
    async *statuses() {
      const bytes = await files.read(files.resolve(path), RECORDING_BYTES_MAX);
      const lines = Buffer.from(bytes).toString('utf8').split(/\r?\n/);
      yield* lines.flatMap((line, i) => (line.trim() === '' ? [] : [statusOfLine(line, `${path}:${i + 1}`)]));
    },
  };
}

function statusOfLine(line: string, where: string): Status {
  try {
    return new Status(JSON.parse(line) as StatusRecord);
  } catch (cause) {
    throw new DStreamsError('OPTIONS_INVALID', `${where}: no tweet: ${(cause as Error).message}`, { cause });
  }
}

/** What Twitter streams take: filters, an authorization (accepted, not looked at: the feed signs in), both, and a level. */
export type TwitterArguments =
  | []
  | [filters: readonly string[], level?: StorageLevel]
  | [auth: object | null, filters?: readonly string[], level?: StorageLevel];

let registered: TwitterFeed | null = null;

/** For all Twitter streams made later in this process; null takes it away. */
export function setTwitterFeed(feed: TwitterFeed | null): void {
  registered = feed;
}

export const twitterFeed = (): TwitterFeed | null => registered;

/** `(auth?, filters?, level?)` in the orders that Spark has: told apart by what they are. An authorization is not looked at. */
export function twitterReceiver(feed: TwitterFeed, where: string, args: readonly unknown[]): Receiver {
  const level = args.find((arg) => arg instanceof StorageLevel) ?? StorageLevels.MEMORY_AND_DISK_SER_2;
  const filters = (args.find((arg) => Array.isArray(arg)) ?? []) as readonly unknown[];
  if (args.some((arg) => typeof arg === 'string') || filters.some((filter) => typeof filter !== 'string'))
    throw new DStreamsError('OPTIONS_INVALID', `${where}: filters are an array of texts.`);
  const tracked = filters as readonly string[];
  return iterableReceiver((_out, signal) => trackedOf(feed, tracked, signal), level, 'TwitterReceiver');
}

async function* trackedOf(feed: TwitterFeed, filters: readonly string[], signal: AbortSignal): AsyncGenerator<Status> {
  for await (const given of feed.statuses(filters, signal)) {
    const status = given instanceof Status ? given : new Status(given);
    if (isTracked(status.getText(), filters)) yield status;
  }
}
