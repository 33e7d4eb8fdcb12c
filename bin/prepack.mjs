/** What `npm pack` runs first, so that a clone as it is makes a whole package: installs what is missing, and builds. */
import { ensureDependencies } from './ensure-dependencies.mjs';

ensureDependencies();
await import('./build.mjs');
