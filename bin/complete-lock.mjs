/**
 * Adds to package-lock.json the optional packages for other platforms which it lacks, with version and platform, but
 * without a checksum. npm leaves them out when the registry in use does not carry them (a partial mirror), and then
 * refuses its own file: `npm ci` fails everywhere. Run by `npm run lock`, after every change of dependencies.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repositoryRoot } from './repository-root.mjs';

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'win32'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'arm'];

/** Optional packages without an entry, as `{ path, name, version, dev }`. */
export function missingEntries(packages) {
  const missing = new Map();
  for (const [owner, entry] of Object.entries(packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (isFound(packages, owner, name) || !/^\d+\.\d+\.\d+/.test(version)) continue;
      missing.set(name, { path: `node_modules/${name}`, name, version, dev: entry.dev === true });
    }
  }
  return [...missing.values()];
}

/** As node finds packages: in the owner's own node_modules, then in those further up. */
function isFound(packages, owner, name) {
  for (let at = owner; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    if (packages[`${at}/node_modules/${name}`] !== undefined) return true;
  }
  return packages[`node_modules/${name}`] !== undefined;
}

/** The entry of a package that is named after its platform, as in `@rollup/rollup-linux-arm64-musl`. */
export function platformEntry({ name, version, dev }) {
  const words = name.split(/[/-]/);
  const os = SYSTEMS.find((system) => words.includes(system));
  const cpu = PROCESSORS.find((processor) => words.includes(processor));
  if (os === undefined || cpu === undefined) throw new Error(`${name} is not named after a platform: add it by hand`);
  const isMusl = words.some((word) => word.startsWith('musl'));
  const libc = isMusl ? ['musl'] : words.some((word) => word.startsWith('gnu')) ? ['glibc'] : undefined;
  return {
    version,
    cpu: [cpu],
    ...(dev ? { dev } : {}),
    ...(os === 'linux' && libc ? { libc } : {}),
    optional: true,
    os: [os],
  };
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const file = join(repositoryRoot, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  const missing = missingEntries(lock.packages);
  for (const entry of missing) lock.packages[entry.path] = platformEntry(entry);
  const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
  lock.packages = Object.fromEntries(sorted);
  writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
  process.stdout.write(`${missing.length} entries added to package-lock.json\n`);
}
