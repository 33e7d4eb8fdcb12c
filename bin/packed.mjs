/** The package as users get it: built, packed by npm, and unpacked into an empty project with its dependencies linked. */
import { execFile } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { contentHash, sourceFiles } from './dev-build.mjs';
import { repositoryRoot } from './repository-root.mjs';

const run = promisify(execFile);

const PACKED_FROM = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsup.config.ts', 'README.md', 'LICENSE'];

/**
 * Does in a clone what README says, `npm pack`, unless the same sources have been packed before; returns the path of the tarball. The
 * clone is a copy of the sources, with the packages that are installed here.
 */
export async function packedTarball() {
  const cache = join(repositoryRoot, 'node_modules', '.cache', 'dstreams-packed');
  const tarball = join(cache, `${contentHash('packed', PACKED_FROM)}.tgz`);
  if (existsSync(tarball)) return tarball;
  rmSync(cache, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  // Not below node_modules: the compiler takes what is there for other packages.
  const clone = mkdtempSync(join(tmpdir(), 'dstreams-clone-'));
  try {
    for (const name of [...PACKED_FROM, ...sourceFiles(() => true)]) {
      mkdirSync(dirname(join(clone, name)), { recursive: true });
      copyFileSync(join(repositoryRoot, name), join(clone, name));
    }
    symlinkSync(join(repositoryRoot, 'node_modules'), join(clone, 'node_modules'), 'dir');
    const { stdout, stderr } = await run('npm', ['pack'], { cwd: clone, maxBuffer: 1 << 26 });
    // What the roll-up of the declarations warns of; npm and Node have words of their own.
    const warnings = `${stdout}${stderr}`
      .split('\n')
      .filter(
        (line) => /not well supported|circular|unresolved|warning/i.test(line) && !/^(npm |\(node:|\(Use )/.test(line),
      );
    if (warnings.length > 0) throw new Error(`The build of the package warns:\n${warnings.join('\n')}`);
    const name = readdirSync(clone).find((file) => file.endsWith('.tgz'));
    copyFileSync(join(clone, name), tarball);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
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
