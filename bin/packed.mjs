/** The package as users get it: built, packed by npm, and unpacked into an empty project with its dependencies linked. */
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { contentHash } from './dev-build.mjs';
import { repositoryRoot } from './repository-root.mjs';

const run = promisify(execFile);

/** Builds and packs, unless the same sources have been packed before; returns the path of the tarball. */
export async function packedTarball() {
  const cache = join(repositoryRoot, 'node_modules', '.cache', 'dstreams-packed');
  const tarball = join(cache, `${contentHash('packed')}.tgz`);
  if (existsSync(tarball)) return tarball;
  rmSync(cache, { recursive: true, force: true });
  const staging = join(cache, 'package');
  mkdirSync(staging, { recursive: true });
  for (const name of ['package.json', 'README.md', 'LICENSE']) {
    const file = join(repositoryRoot, name);
    if (existsSync(file)) copyFileSync(file, join(staging, name));
  }
  const build = [join(repositoryRoot, 'bin', 'build.mjs'), '--out', join(staging, 'dist')];
  await run(process.execPath, build, { cwd: repositoryRoot, maxBuffer: 1 << 26 });
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json'], { cwd: staging, maxBuffer: 1 << 26 });
  const packed = Object.values(JSON.parse(stdout))[0]; // A list, or since npm 11 an object by package name.
  renameSync(join(staging, packed.filename), tarball);
  return tarball;
}

/**
 * An empty project outside the repository (so that a dependency which package.json does not name is missed) with the
 * package in node_modules. Returns its folder; the caller removes it.
 */
export async function projectWithPackage(tarball) {
  const project = mkdtempSync(join(tmpdir(), 'dstreams-project-'));
  const modules = join(project, 'node_modules');
  mkdirSync(join(modules, 'dstreams'), { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', join(modules, 'dstreams'), '--strip-components=1']);
  const { dependencies } = JSON.parse(readFileSync(join(modules, 'dstreams', 'package.json'), 'utf8'));
  // Types of Node are not the package's own dependency, but whoever compiles against it has them.
  for (const name of [...Object.keys(dependencies), '@types/node']) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(repositoryRoot, 'node_modules', name), join(modules, name), 'dir');
  }
  writeFileSync(join(project, 'package.json'), '{ "name": "project", "private": true }\n');
  return project;
}
