/**
 * Installs what some tests need from outside npm, each below node_modules/.cache/tools:
 *
 *   node bin/test-tools.mjs              everything that this machine has the installers for
 *   node bin/test-tools.mjs --all        the same; what cannot be installed is an error (.ci/run)
 *   node bin/test-tools.mjs pyspark …    only these (autobahn, pysparkAnswers and sparkAnswers, for test:long, come only so)
 *
 * A tool that is there already is left alone. Without it its tests say `skipped: needs …`.
 */
import { TOOLS, toolFolder } from './test-tools/tools.mjs';

const args = process.argv.slice(2);
const all = args.includes('--all');
const names = args.filter((arg) => arg !== '--all');
const unknown = names.filter((name) => !(name in TOOLS));
if (unknown.length > 0) {
  process.stderr.write(`Unknown tool ${unknown.join(', ')}: there are ${Object.keys(TOOLS).join(', ')}, and --all\n`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : Object.keys(TOOLS).filter((name) => !TOOLS[name].isOnDemand)) {
  const { install, isInstalled } = TOOLS[name];
  if (isInstalled()) continue;
  process.stdout.write(`installing ${name}\n`);
  try {
    install(toolFolder(name));
  } catch (error) {
    process.stdout.write(`${name} could not be installed: ${error.message}\n`);
    if (all || names.length > 0) process.exitCode = 1;
  }
}
