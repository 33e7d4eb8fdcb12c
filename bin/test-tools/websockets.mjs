import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The oldest Python that the client promises to run on, where there is one: what runs there, runs on later ones. */
const OLDEST = 'python3.9';

/** A Python with what the gateway's client needs, and its optional msgpack; the client itself is run from its sources. */
export const websockets = {
  marker: 'complete',
  install(folder, run) {
    const isThere = spawnSync(OLDEST, ['--version']).status === 0;
    run(isThere ? OLDEST : 'python3', ['-m', 'venv', folder]);
    run(join(folder, 'bin', 'python'), [
      '-m',
      'pip',
      'install',
      '--quiet',
      '--disable-pip-version-check',
      'websockets>=15',
      'msgpack>=1.0',
    ]);
    writeFileSync(join(folder, 'complete'), '');
  },
};
