import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A Python with what the gateway's client needs, and its optional msgpack; the client itself is run from its sources. */
export const websockets = {
  marker: 'complete',
  install(folder, run) {
    run('python3', ['-m', 'venv', folder]);
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
