import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** PySpark itself, to run. 300 MB that only `npm run test:long` uses, so that it is installed by name alone. */
export const pysparkAnswers = {
  isOnDemand: true,
  marker: 'complete',
  install(folder, run) {
    run('python3', ['-m', 'venv', folder]);
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check'];
    run(join(folder, 'bin', 'python'), [...pip, 'setuptools', 'wheel']);
    run(join(folder, 'bin', 'python'), [...pip, 'pyspark==3.5.7']);
    // Workers read the archive anew for each task, which takes longer than the task; what is in it is installed as well.
    run('find', [folder, '-path', '*/pyspark/python/lib/*.zip', '-delete']);
    writeFileSync(join(folder, 'complete'), '');
  },
};
