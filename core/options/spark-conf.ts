import { DStreamsError } from '../errors.ts';
import { parseDurationMs } from '../time/duration.ts';
import { parseBytes } from './conf-values.ts';

/** Where a value comes from, from strongest to weakest. */
export type ConfOrigin = 'program' | 'command line' | 'system property' | 'environment';

/** What `--conf`, `--master` and the like said; filled by the command line before the program is loaded. */
export const commandLineConf = new Map<string, string>();

/** Java's `System.setProperty`, as far as configuration goes. */
export const systemProperties = new Map<string, string>();

/** A class whose instances the codec should keep: see `registerKryoClasses`. */
export type RegisteredClass = abstract new (...args: never[]) => object;

/** Configuration values: anything that a text can be made of. */
export type ConfValue = string | number | boolean;

const isConfKey = (key: string): boolean => key.startsWith('spark.') || key.startsWith('dstreams.');

/**
 * Keys and values as texts, as in Spark. What the program sets wins over the command line, that over system properties,
 * these over environment variables of the same name. What is checked is checked when a context is made of it.
 */
export class SparkConf {
  readonly #program = new Map<string, string>();
  readonly #defaults = new Map<string, { value: string; origin: ConfOrigin }>();
  readonly #classes = new Set<RegisteredClass>();

  /** `loadDefaults: false` leaves out what stands on the command line, in system properties and in the environment. */
  constructor(loadDefaults = true, environment: Readonly<Record<string, string | undefined>> = process.env) {
    if (!loadDefaults) return;
    const load = (origin: ConfOrigin, entries: Iterable<[string, string | undefined]>): void => {
      for (const [key, value] of entries) {
        if (value !== undefined && isConfKey(key)) this.#defaults.set(key, { value, origin });
      }
    };
    load('environment', Object.entries(environment));
    load('system property', systemProperties);
    load('command line', commandLineConf);
  }

  /** Sets a key. Throws `CONF_VALUE_INVALID` for a key or value that is missing. */
  set(key: string, value: ConfValue): this {
    if (typeof key !== 'string' || key === '')
      throw new DStreamsError('CONF_VALUE_INVALID', 'a key is a text, not empty');
    if (value === null || value === undefined) {
      throw new DStreamsError(
        'CONF_VALUE_INVALID',
        `${key} is set to ${String(value)}; use remove('${key}') to unset it`,
      );
    }
    this.#program.set(key, String(value));
    return this;
  }

  /** Sets the key unless anything, the command line included, has set it. */
  setIfMissing(key: string, value: ConfValue): this {
    return this.contains(key) ? this : this.set(key, value);
  }

  /** Sets all keys of an object, or of pairs. */
  setAll(entries: Iterable<readonly [string, ConfValue]> | Readonly<Record<string, ConfValue>>): this {
    const pairs =
      Symbol.iterator in entries ? (entries as Iterable<readonly [string, ConfValue]>) : Object.entries(entries);
    for (const [key, value] of pairs) this.set(key, value);
    return this;
  }

  /** Where tasks run: `local`, `local[N]`, `local[*]`. It goes before `--master`, which the log warns of. */
  setMaster(master: string): this {
    return this.set('spark.master', master);
  }

  /** The name of the program, for logs. */
  setAppName(name: string): this {
    return this.set('spark.app.name', name);
  }

  /** Accepted for ports; there are no jars to ship. */
  setJars(jars: Iterable<string>): this {
    return this.set('spark.jars', [...jars].join(','));
  }

  /** Accepted for ports: a home means nothing here. */
  setSparkHome(home: string): this {
    return this.set('spark.home', home);
  }

  /** Accepted for ports: environment variables of executors, as pairs. Threads have those of the process. */
  setExecutorEnv(variables: Iterable<readonly [string, string]>): this;
  /** The same of one variable. */
  setExecutorEnv(variable: string, value: string): this;
  setExecutorEnv(first: string | Iterable<readonly [string, string]>, second?: string): this {
    const pairs = typeof first === 'string' ? [[first, second!] as const] : first;
    for (const [variable, value] of pairs) this.set(`spark.executorEnv.${variable}`, value);
    return this;
  }

  /** What `setExecutorEnv` was given. */
  getExecutorEnv(): [string, string][] {
    return this.getAllWithPrefix('spark.executorEnv.');
  }

  /** The class keeps its instances' class through shuffles, serialized levels and workers. */
  registerKryoClasses(classes: Iterable<RegisteredClass>): this {
    for (const one of classes) this.#classes.add(one);
    return this;
  }

  /** What `registerKryoClasses` was given, each once, in order. */
  registeredClasses(): readonly RegisteredClass[] {
    return [...this.#classes];
  }

  /**
   * The value of a key, as text. Throws `CONF_KEY_MISSING` (Java: NoSuchElementException) when the key is not set and
   * no default is given.
   */
  get(key: string, defaultValue?: string): string {
    const value = this.getOption(key) ?? defaultValue;
    if (value !== undefined) return value;
    throw new DStreamsError('CONF_KEY_MISSING', `${key} is not set: set it, or give get('${key}', …) a default`);
  }

  /** The value of a key, as text; undefined when the key is not set. */
  getOption(key: string): string | undefined {
    return this.#program.get(key) ?? this.#defaults.get(key)?.value;
  }

  /** Where the value of the key comes from; undefined when it is not set. */
  originOf(key: string): ConfOrigin | undefined {
    return this.#program.has(key) ? 'program' : this.#defaults.get(key)?.origin;
  }

  /**
   * The value as a whole number. Like all typed getters: throws `CONF_KEY_MISSING`, and `CONF_VALUE_INVALID` for what
   * is no such value.
   */
  getInt(key: string, defaultValue?: number): number {
    return this.#typed(key, defaultValue, 'a whole number', (text) =>
      /^[+-]?\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined,
    );
  }

  /** The value as a whole number, exact up to 2^53. */
  getLong(key: string, defaultValue?: number): number {
    return this.getInt(key, defaultValue);
  }

  /** The value as a number. */
  getDouble(key: string, defaultValue?: number): number {
    return this.#typed(key, defaultValue, 'a number', (text) =>
      text !== '' && !Number.isNaN(Number(text)) ? Number(text) : undefined,
    );
  }

  /** The value as `true` or `false`, in any case. */
  getBoolean(key: string, defaultValue?: boolean): boolean {
    return this.#typed(key, defaultValue, 'true or false', (text) => {
      const lower = text.toLowerCase();
      return lower === 'true' ? true : lower === 'false' ? false : undefined;
    });
  }

  /** The value as a time in ms; a bare number is ms. A default is written as a value would be. */
  getTimeAsMs(key: string, defaultValue?: string): number {
    const fallback = defaultValue === undefined ? undefined : parseDurationMs(defaultValue, 1);
    return this.#typed(key, fallback, 'a time such as 200ms or 2s', (text) => parseDurationMs(text, 1));
  }

  /** The value as a time in whole seconds; a bare number is seconds. */
  getTimeAsSeconds(key: string, defaultValue?: string): number {
    const seconds = (text: string): number | undefined => {
      const ms = parseDurationMs(text, 1000);
      return ms === undefined ? undefined : Math.trunc(ms / 1000);
    };
    const fallback = defaultValue === undefined ? undefined : seconds(defaultValue);
    return this.#typed(key, fallback, 'a time such as 2s or 1m', seconds);
  }

  /** The value as a size in bytes; a bare number is bytes. */
  getSizeAsBytes(key: string, defaultValue?: string): number {
    const fallback = defaultValue === undefined ? undefined : parseBytes(defaultValue);
    return this.#typed(key, fallback, 'a size such as 512m or 1g', parseBytes);
  }

  /** Whether anything, the command line included, has set the key. */
  contains(key: string): boolean {
    return this.#program.has(key) || this.#defaults.has(key);
  }

  /** The key is not set any more, wherever it was. */
  remove(key: string): this {
    this.#program.delete(key);
    this.#defaults.delete(key);
    return this;
  }

  /** All that is set, by key. */
  getAll(): [string, string][] {
    const keys = new Set([...this.#defaults.keys(), ...this.#program.keys()]);
    return [...keys].sort().map((key) => [key, this.get(key)]);
  }

  /** All whose keys begin with `prefix`, without it. */
  getAllWithPrefix(prefix: string): [string, string][] {
    return this.getAll()
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value]);
  }

  /** `key=value` lines, by key. */
  toDebugString(): string {
    return this.getAll()
      .map(([key, value]) => `${key}=${value}`)
      .join('\n');
  }

  /** A copy; later changes to either leave the other alone. */
  clone(): SparkConf {
    const copy = new SparkConf(false);
    for (const [key, value] of this.#program) copy.#program.set(key, value);
    for (const [key, value] of this.#defaults) copy.#defaults.set(key, value);
    for (const one of this.#classes) copy.#classes.add(one);
    return copy;
  }

  #typed<T>(key: string, fallback: T | undefined, what: string, parse: (text: string) => T | undefined): T {
    const text = this.getOption(key);
    if (text === undefined && fallback !== undefined) return fallback;
    const value = parse(this.get(key).trim());
    if (value !== undefined) return value;
    throw new DStreamsError('CONF_VALUE_INVALID', `${key} is ${JSON.stringify(text)}, which is not ${what}`);
  }
}
