import { fileURLToPath } from 'node:url';
import { needs } from '../../../bin/test/needs.ts';
import { toolFolder } from '../../../bin/test-tools/tools.mjs';
import { JVM, javaClasses } from '../java.ts';
import { type BrowserHost, browserHost } from './browser-driver.ts';
import { type Driver, processDriver } from './driver.ts';
import { nodeDriver } from './node-driver.ts';
import { play, scenarios } from './run.ts';
import { SharedDriver } from './shared-driver.ts';

const at = (path: string) => fileURLToPath(new URL(`../../clients/${path}`, import.meta.url));

interface Language {
  readonly needs: Parameters<typeof needs>[1][];
  start(): Driver | Promise<Driver>;
  /** After the last scenario. */
  end?(): Promise<void>;
}

let browser: BrowserHost | undefined;

const python = new SharedDriver(() =>
  processDriver(`${toolFolder('websockets')}/bin/python`, ['-B', at('python/tests/driver.py')], {
    PYTHONPATH: at('python/src'),
  }),
);
const java = new SharedDriver(() =>
  processDriver('java', [...JVM, '-cp', javaClasses(), 'dstreams.client.ScenarioDriver']),
);

const DRIVERS: Readonly<Record<string, Language>> = {
  node: { needs: [], start: nodeDriver },
  browser: {
    needs: ['browser'],
    start: async () => (browser ??= await browserHost()).open(),
    end: async () => browser?.close(),
  },
  python: { needs: ['python', 'websockets'], start: () => python.forScenario(), end: () => python.end() },
  java: { needs: ['java'], start: () => java.forScenario(), end: () => java.end() },
};

for (const [language, { needs: tools, start, end }] of Object.entries(DRIVERS)) {
  describe(`the ${language} client of a gateway`, () => {
    after(() => end?.());

    for (const scenario of scenarios()) {
      it(scenario.name, async function () {
        needs(this, ...tools);
        this.timeout(60_000);
        await play(scenario, await start());
      });
    }
  });
}
