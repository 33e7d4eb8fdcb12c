import { launch } from './launch.mjs';

await launch('conformance', process.argv.slice(2));
