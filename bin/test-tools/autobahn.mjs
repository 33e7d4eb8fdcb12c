import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a Python 2.7 is: on the path, or one that pyenv built. */
function python2() {
  const pyenv = join(process.env.PYENV_ROOT ?? join(homedir(), '.pyenv'), 'versions');
  const built = existsSync(pyenv) ? readdirSync(pyenv).filter((name) => name.startsWith('2.7')) : [];
  return built.length === 0 ? 'python2.7' : join(pyenv, built.sort().at(-1), 'bin', 'python2.7');
}

/**
 * The Autobahn test suite for WebSocket, whose last version is of Python 2. Only `npm run test:long` uses it, so that it is
 * installed by name alone. `start` runs it with what is in the folder.
 */
export const autobahn = {
  isOnDemand: true,
  marker: 'start',
  install(folder, run) {
    const python = python2();
    mkdirSync(join(folder, 'packages'), { recursive: true });
    run(python, ['-m', 'pip', 'install', '--quiet', '--target', join(folder, 'packages'), 'autobahntestsuite==0.8.2']);
    const lines = [
      'import site, sys',
      `site.addsitedir(${JSON.stringify(join(folder, 'packages'))})`,
      'from autobahntestsuite.wstest import run',
      'run()',
    ];
    writeFileSync(join(folder, 'wstest.py'), `${lines.join('\n')}\n`);
    const start = `#!/bin/sh\nexec '${python}' -W ignore '${join(folder, 'wstest.py')}' "$@"\n`;
    writeFileSync(join(folder, 'start'), start, { mode: 0o755 });
  },
};
