/**
 * Builds the package into dist/: tsup makes the ES modules and their declarations; this adds, for
 * every public entry, a CommonJS file that hands out the same module, with a declaration file of its own.
 */
import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'tsup';
import { bundleClient } from './client-bundle.mjs';
import { withExportedNames } from './declarations.mjs';
import { PUBLIC_ENTRIES } from './entries.mjs';
import { repositoryRoot } from './repository-root.mjs';

const out = join(repositoryRoot, 'dist');
process.chdir(repositoryRoot);
await build({ outDir: out, silent: true });
await bundleClient({ outfile: join(out, 'client.browser.mjs') });

// require() of an ES module gives its namespace (Node 20.19 on), so both kinds of import see one copy of everything.
for (const name of PUBLIC_ENTRIES) {
  if (existsSync(join(out, `${name}.mjs`))) {
    writeFileSync(join(out, `${name}.cjs`), `'use strict';\nmodule.exports = require('./${name}.mjs');\n`);
  }
}
// tsup names declarations `.d.ts` whatever the modules are called. A CommonJS file may not import the types of an ES
// module in every mode of TypeScript: hence two sets that say the same.
for (const file of readdirSync(out)) {
  if (!file.endsWith('.d.ts')) continue;
  const text = withExportedNames(readFileSync(join(out, file), 'utf8'));
  for (const kind of ['mts', 'cts']) {
    const linked = text.replace(
      /((?:from|import\()\s*)(['"])(\.\/[^'"]+)\.js\2/g,
      `$1$2$3.${kind === 'mts' ? 'mjs' : 'cjs'}$2`,
    );
    writeFileSync(join(out, file.replace(/\.d\.ts$/, `.d.${kind}`)), linked);
  }
  rmSync(join(out, file));
}

const cli = join(out, 'cli.mjs');
if (existsSync(cli)) {
  const text = readFileSync(cli, 'utf8');
  if (!text.startsWith('#!')) writeFileSync(cli, `#!/usr/bin/env node\n${text}`);
  chmodSync(cli, 0o755);
}
