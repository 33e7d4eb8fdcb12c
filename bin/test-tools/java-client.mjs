import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.mjs';

const project = join(repositoryRoot, 'gateway', 'clients', 'java');
const sources = readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.java'))
  .map((name) => join('src', name))
  .sort();
const hash = createHash('sha256');
for (const name of ['pom.xml', ...sources]) hash.update(name).update(readFileSync(join(project, name)));

/** The gateway's client for Java as Maven builds it, in `build`: of these sources, or it is built again. */
export const javaClient = {
  marker: `built-${hash.digest('hex').slice(0, 16)}`,
  install(folder, run) {
    rmSync(folder, { recursive: true, force: true });
    run('mvn', [
      '--quiet',
      '--batch-mode',
      '--file',
      join(project, 'pom.xml'),
      'package',
      `-DbuildFolder=${join(folder, 'build')}`,
    ]);
    writeFileSync(join(folder, javaClient.marker), '');
  },
};
