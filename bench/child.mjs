/** Where a measuring process begins: `node child.mjs BUILT_BENCH NAME ARGS`. A file of its own, as threads cannot be started from `node -e`. */
import { pathToFileURL } from 'node:url';

const [entry, name, args] = process.argv.slice(2);
const { serveChild } = await import(pathToFileURL(entry).href);
serveChild(name, JSON.parse(args));
