import { launch } from './launch.mjs';

await launch('cli', ['run-example', ...process.argv.slice(2)]);
