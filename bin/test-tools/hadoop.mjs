import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Hadoop's client, of the version that Spark 3.5 has: tests let it read our files, and read its own. */
export const hadoop = {
  marker: 'complete',
  install(folder, run) {
    run('mvn', [
      '--quiet',
      '--batch-mode',
      '--file',
      fileURLToPath(new URL('./hadoop-pom.xml', import.meta.url)),
      'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies',
      `-DoutputDirectory=${join(folder, 'lib')}`,
    ]);
    writeFileSync(join(folder, 'complete'), '');
  },
};
