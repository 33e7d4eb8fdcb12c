import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../core/backend/program/index.ts';

/** The version of the running package, from the nearest package.json above it. */
export function packageVersion(folder = packageRoot()): string {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest)) {
    const { name, version } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string; version?: string };
    if (name === 'dstreams' && version !== undefined) return version;
  }
  const parent = dirname(folder);
  return parent === folder ? 'unknown' : packageVersion(parent);
}
