import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A tool that Maven builds, in `build`, of the sources in a folder: of these sources, or it is built again. */
export function mavenProject(project) {
  const sources = readdirSync(join(project, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.java'))
    .map((name) => join('src', name))
    .sort();
  const hash = createHash('sha256');
  for (const name of ['pom.xml', ...sources]) hash.update(name).update(readFileSync(join(project, name)));
  const marker = `built-${hash.digest('hex').slice(0, 16)}`;
  return {
    marker,
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
      writeFileSync(join(folder, marker), '');
    },
  };
}
