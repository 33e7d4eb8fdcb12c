import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const VERSION = '3.5.7';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy';

/** Spark's own classes: `javap` lists their methods. Nothing of them is run, so what they depend on is not needed. */
export const spark = {
  marker: 'complete',
  install(folder, run) {
    for (const name of ['spark-core_2.12', 'spark-streaming_2.12']) {
      run('mvn', [
        '--quiet',
        '--batch-mode',
        COPY,
        `-Dartifact=org.apache.spark:${name}:${VERSION}`,
        `-DoutputDirectory=${join(folder, 'lib')}`,
      ]);
    }
    writeFileSync(join(folder, 'complete'), '');
  },
};
