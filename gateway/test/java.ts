import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = fileURLToPath(new URL('../clients/java/src', import.meta.url));
const CACHE = fileURLToPath(new URL('../../node_modules/.cache/java-client', import.meta.url));

/** For short runs: the second compiler and a parallel collector cost more than they bring. */
export const JVM = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-Xmx256m'];

/**
 * The folder of the classes of the Java client and of its driver: compiled by plain `javac`, which needs no network, when
 * sources have changed. With what a warning is an error.
 */
export function javaClasses(): string {
  const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.java'))
    .map((name) => join(SOURCES, name))
    .sort();
  const folder = join(CACHE, hashOf(sources));
  if (existsSync(folder)) return folder;
  compile(sources, folder, ['-Xdoclint:all,-missing']);
  return folder;
}

/** Compiles into a folder that is there whole or not at all: another process may do the same. */
export function compile(sources: readonly string[], folder: string, options: readonly string[]): void {
  const temporary = `${folder}.${process.pid}.tmp`;
  mkdirSync(temporary, { recursive: true });
  try {
    const args = ['--release', '17', '-Xlint:all', '-Werror', ...options, '-d', temporary, ...sources];
    const { status, stderr, error } = spawnSync('javac', args, { encoding: 'utf8' });
    if (error !== undefined) throw error;
    if (status !== 0) throw new Error(`javac ended with ${status}:\n${stderr}`);
    renameSync(temporary, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}
