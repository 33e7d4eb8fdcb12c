import type { z } from 'zod';
import { DStreamsError } from '../errors.ts';
import { log as processLog, type Logger } from '../metrics/logger.ts';
import { CONF_ALIASES, CONF_IGNORED, CONF_KEYS, type ConfKey, type KnownConfKey } from './conf-keys.ts';
import { nearestName } from './nearest.ts';
import type { SparkConf } from './spark-conf.ts';

type Keys = typeof CONF_KEYS;

/** Every setting, checked and in its unit: times in ms, sizes in bytes. Optional ones are undefined when unset. */
export type ResolvedConf = Readonly<{
  [Key in KnownConfKey as Keys[Key]['setting']]: z.output<Keys[Key]['schema']>;
}>;

/** Longest key that is compared with the known ones: the comparison costs the product of the lengths. */
const KEY_LENGTH_MAX = 200;

const warned = new Set<string>();

/** Keys that a warning was given for are remembered for the life of the process; tests forget them. */
export function forgetConfWarnings(): void {
  warned.clear();
}

function warnOnce(log: Logger, key: string, message: string): void {
  if (warned.has(key)) return;
  warned.add(key);
  log.warn('SparkConf', message);
}

/**
 * Checks a configuration and gives it as settings. Throws `CONF_KEY_UNKNOWN` for a key of ours or of Spark Streaming that
 * does not exist, with the nearest one that does, and `CONF_VALUE_INVALID` for a value that is none.
 */
export function resolveConf(conf: SparkConf, log: Logger = processLog): ResolvedConf {
  const values = new Map<string, string>();
  for (const [key, value] of conf.getAll()) {
    const alias = Object.hasOwn(CONF_ALIASES, key) ? CONF_ALIASES[key] : undefined;
    if (alias !== undefined) {
      warnOnce(log, key, `${key} is an old name of ${alias}`);
      if (!conf.contains(alias)) values.set(alias, value);
    } else if (Object.hasOwn(CONF_KEYS, key)) {
      values.set(key, value);
    } else {
      checkOther(key, log);
    }
  }
  const settings: Record<string, unknown> = {};
  for (const [key, known] of Object.entries<ConfKey>(CONF_KEYS)) {
    const text = values.get(key) ?? known.default;
    const result = known.schema.safeParse(text);
    if (!result.success) {
      const problem = result.error.issues.map((issue) => issue.message).join('; ');
      throw new DStreamsError(
        'CONF_VALUE_INVALID',
        `${key} is ${JSON.stringify(text)} (from the ${conf.originOf(key) ?? 'old name'}); it ${problem}`,
        { cause: result.error, details: { key } },
      );
    }
    settings[known.setting] = result.data;
  }
  return Object.freeze(settings) as ResolvedConf;
}

/** A key that is not in the list: ignored with one warning, or an error. */
function checkOther(key: string, log: Logger): void {
  const ignored = Object.entries(CONF_IGNORED).find(([name]) =>
    name.endsWith('.') ? key.startsWith(name) : key === name,
  );
  if (ignored !== undefined) {
    warnOnce(log, key, `${key} is ignored: ${ignored[1]}`);
  } else if (key.startsWith('spark.streaming.') || key.startsWith('dstreams.')) {
    const nearest = key.length > KEY_LENGTH_MAX ? undefined : nearestName(key, Object.keys(CONF_KEYS));
    const advice = nearest === undefined ? 'docs/configuration.md lists those that exist' : `did you mean ${nearest}?`;
    throw new DStreamsError(
      'CONF_KEY_UNKNOWN',
      `unknown configuration key ${key.slice(0, KEY_LENGTH_MAX)}: ${advice}`,
      {
        details: { key: key.slice(0, KEY_LENGTH_MAX) },
      },
    );
  } else {
    warnOnce(log, key, `${key} means nothing to dstreams and is ignored`);
  }
}
