/**
 * Tries the packed package with other versions of Node: `node bin/smoke.mjs NODE…` (paths of binaries). In an empty
 * project each loads every subpath by import and require, runs a small pipeline both ways, and starts the command line.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packedTarball, projectWithPackage } from './packed.mjs';
import { repositoryRoot } from './repository-root.mjs';

const expected =
  '[{"timeMs":1000,"values":[["a",1],["b",1]]},{"timeMs":2000,"values":[]},{"timeMs":3000,"values":[["a",1]]}]';
const checks = [
  { args: ['run.mjs'], accept: (text) => text === expected },
  { args: ['run.cjs'], accept: (text) => text === expected },
  { args: ['identities.mjs'], accept: (text) => text.endsWith('"differ":[]}') },
  { args: ['node_modules/dstreams/dist/cli.mjs', '--version'], accept: (text) => /\d+\.\d+\.\d+/.test(text) },
];

const counts = { passed: 0, failed: 0 };
const project = await projectWithPackage(await packedTarball());
try {
  cpSync(join(repositoryRoot, 'bin', 'test', 'fixtures', 'consumer'), project, { recursive: true });
  for (const node of process.argv.slice(2).map((path) => resolve(path))) {
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? node;
    for (const { args, accept } of checks) {
      const { status, stdout, stderr } = spawnSync(node, args, { cwd: project, encoding: 'utf8', timeout: 60_000 });
      const isFine = status === 0 && accept(stdout.trim());
      counts[isFine ? 'passed' : 'failed']++;
      process.stdout.write(`${isFine ? 'ok    ' : 'FAILED'} ${version} ${args.join(' ')}\n`);
      if (!isFine) process.stdout.write(`exit code ${status}\n${stdout ?? ''}${stderr ?? ''}\n`);
    }
  }
} finally {
  rmSync(project, { recursive: true });
}
process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
process.exitCode = counts.failed > 0 || counts.passed === 0 ? 1 : 0;
