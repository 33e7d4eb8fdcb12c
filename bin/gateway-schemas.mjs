/** Writes the JSON Schemas of the gateway's messages to docs/gateway/schema: after a change of protocol/messages.ts. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { devBuild } from './dev-build.mjs';
import { repositoryRoot } from './repository-root.mjs';

const { dir } = await devBuild();
const { messageSchemas } = await import(pathToFileURL(join(dir, 'gateway.mjs')).href);
const folder = join(repositoryRoot, 'docs/gateway/schema');
mkdirSync(folder, { recursive: true });
for (const [name, schema] of Object.entries(messageSchemas())) {
  writeFileSync(join(folder, name), `${JSON.stringify(schema, null, 2)}\n`);
}
