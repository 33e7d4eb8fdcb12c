import { launch } from './launch.mjs';

await launch('ask-spark', process.argv.slice(2));
