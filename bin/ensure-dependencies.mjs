/** Installs the packages of the lock file when they are missing or differ from it; otherwise costs a few file reads. */
import { spawnSync } from 'node:child_process';
import { readFileSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.mjs';

/** True when every package that the lock file asks for is installed in the version that it asks for. */
export function isInstalled(root) {
  const lockFile = join(root, 'package-lock.json');
  const installedFile = join(root, 'node_modules', '.package-lock.json');
  const lockStat = statSync(lockFile);
  const installedStat = statSync(installedFile, { throwIfNoEntry: false });
  if (installedStat === undefined) return false;
  if (lockStat.mtimeMs <= installedStat.mtimeMs) return true;
  // A newer lock file may say the same: `npm install` writes it last, and git sets times at will.
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === '') continue;
    if (installed[path] === undefined ? !entry.optional : installed[path].version !== entry.version) return false;
  }
  utimesSync(installedFile, lockStat.atime, lockStat.mtime);
  return true;
}

/** Runs `npm ci` when it is needed. Its output goes to stderr, since stdout belongs to the program. */
export function ensureDependencies(root = repositoryRoot) {
  if (isInstalled(root)) return;
  process.stderr.write('Installing dependencies (npm ci) ...\n');
  const npm = process.env.npm_execpath;
  const [command, ...prefix] = npm?.endsWith('.js') ? [process.execPath, npm] : ['npm'];
  const result = spawnSync(command, [...prefix, 'ci', '--include=dev', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (result.status === 0) return;
  process.stderr.write(`npm ci failed${result.error ? `: ${result.error.message}` : ''}\n`);
  process.exit(1);
}
