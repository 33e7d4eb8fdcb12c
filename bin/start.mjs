import { launch } from './launch.mjs';

await launch('cli', ['start', ...process.argv.slice(2)]);
