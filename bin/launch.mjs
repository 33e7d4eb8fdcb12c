/** Makes the repository runnable (packages, build) and calls `main(args)` of one of its entries in this process. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { repositoryRoot } from './repository-root.mjs';

export async function launch(entry, args) {
  ensureDependencies();
  const { devBuild } = await import('./dev-build.mjs');
  const { dir } = await devBuild();
  process.setSourceMapsEnabled(true);
  const { main } = await import(pathToFileURL(join(dir, `${entry}.mjs`)).href);
  try {
    const code = await main(args, { repo: repositoryRoot });
    if (typeof code === 'number') process.exitCode = code;
  } catch (error) {
    // What was wrong with the command, and not where in it that was found.
    if (error?.code !== 'COMMAND_INVALID') throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
