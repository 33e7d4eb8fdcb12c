/**
 * What the library and its programs are made of: output name (`dist/NAME.mjs`) and source.
 * @type {Readonly<Record<string, string>>}
 */
export const ENTRIES = {
  index: 'api-fluent/index.ts',
  java: 'api-java-style/index.ts',
  gateway: 'gateway/index.ts',
  client: 'gateway/clients/js/node.ts',
  'client.browser': 'gateway/clients/js/browser.ts',
  testing: 'testing/index.ts',
  worker: 'core/engine/worker-main.ts',
  cli: 'bin/cli.ts',
  conformance: 'testing/conformance/main.ts',
  'ask-spark': 'bin/ask-spark/main.ts',
  bench: 'bench/main.ts',
};

/** Those that users import: `index` as `dstreams`, the others as `dstreams/NAME`. */
export const PUBLIC_ENTRIES = ['index', 'java', 'gateway', 'client', 'testing'];

/** How users name the public entries; inside the repository these names mean the sources. */
export const ALIASES = Object.fromEntries(
  PUBLIC_ENTRIES.map((name) => [name === 'index' ? 'dstreams' : `dstreams/${name}`, ENTRIES[name]]),
);
