import { type Need, needs } from '../../../bin/test/needs.ts';
import { type BrowserHost, browserHost } from './browser-driver.ts';
import { CLIENTS } from './clients.ts';
import { commandDriver, type Driver } from './driver.ts';
import { play, scenarios } from './run.ts';
import { SharedDriver } from './shared-driver.ts';

interface Language {
  readonly needs: readonly Need[];
  start(): Driver | Promise<Driver>;
  /** After the last scenario. */
  end?(): Promise<void>;
}

let browser: BrowserHost | undefined;

// A process for all scenarios: those of Java and Python take long to begin.
const python = new SharedDriver(CLIENTS.python.start);
const java = new SharedDriver(CLIENTS.java.start);

const OURS: Readonly<Record<string, Language>> = {
  node: { ...CLIENTS.node },
  browser: {
    needs: ['browser'],
    start: async () => (browser ??= await browserHost()).open(),
    end: async () => browser?.close(),
  },
  python: { needs: CLIENTS.python.needs, start: () => python.forScenario(), end: () => python.end() },
  java: { needs: CLIENTS.java.needs, start: () => java.forScenario(), end: () => java.end() },
};

/** The driver of another client, which is tried instead (docs/gateway/scenarios). */
const { DSTREAMS_DRIVER: command } = process.env;
const DRIVERS = command === undefined ? OURS : { [command]: { needs: [], start: () => commandDriver(command) } };

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
