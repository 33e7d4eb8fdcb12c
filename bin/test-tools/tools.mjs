import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '../repository-root.mjs';
import { autobahn } from './autobahn.mjs';
import { hadoop } from './hadoop.mjs';
import { javaClient } from './java-client.mjs';
import { pyspark } from './pyspark.mjs';
import { pysparkAnswers } from './pyspark-answers.mjs';
import { spark } from './spark.mjs';
import { sparkAnswers } from './spark-answers.mjs';
import { websockets } from './websockets.mjs';

/** Where a tool lies. `npm ci` takes it away with node_modules. */
export const toolFolder = (name) => join(repositoryRoot, 'node_modules', '.cache', 'tools', name);

/**
 * What can be installed, by name: `install(folder)` puts it there and throws with the reason where it cannot, the last
 * thing that it makes is `marker`, a path below the folder. `isOnDemand`: only when it is named.
 */
const INSTALLERS = { autobahn, hadoop, javaClient, pyspark, pysparkAnswers, spark, sparkAnswers, websockets };

export const TOOLS = Object.fromEntries(
  Object.entries(INSTALLERS).map(([name, { marker, install, isOnDemand = false }]) => [
    name,
    {
      isOnDemand,
      isInstalled: () => existsSync(join(toolFolder(name), marker)),
      install(folder) {
        mkdirSync(folder, { recursive: true });
        install(folder, run);
      },
    },
  ]),
);

/** Runs a command to its end; throws with what it wrote where it fails. */
function run(command, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', ...options });
  if (error !== undefined) throw new Error(`${command}: ${error.message}`);
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${`${stdout}${stderr}`.slice(-2000)}`);
  return stdout;
}
