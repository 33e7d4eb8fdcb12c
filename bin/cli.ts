#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { main } from './cli/main.ts';

export { main, type MainOptions } from './cli/main.ts';

/** As the package's `bin` this file is what Node was started with, by way of a link; launchers import it instead. */
function isStarted(): boolean {
  const script = process.argv[1];
  try {
    return script !== undefined && realpathSync(script) === realpathSync(fileURLToPath(import.meta.url));
  } catch {
    return false;
  }
}

if (isStarted()) void main(process.argv.slice(2));
