import { randomInt } from 'node:crypto';
import { needs } from '../../../bin/test/needs.ts';
import { browserHost } from '../scenario/browser-driver.ts';
import { CLIENTS } from '../scenario/clients.ts';
import { killUnderLoad } from './ledger.ts';

export interface Killing {
  readonly kills: number;
  readonly lifeMsMax: number;
  readonly timeoutMs: number;
  readonly report?: (line: string) => void;
}

/** A test for each client, of a server that is killed so many times under its load. */
export function killUnderEachClient({ kills, lifeMsMax, timeoutMs, report = () => {} }: Killing): void {
  const kill = async (driver: Parameters<typeof killUnderLoad>[0], seed: number, who: string): Promise<void> => {
    const { records, batches } = await killUnderLoad(driver, { kills, seed, lifeMsMax });
    report(`${who}: ${kills} kills, ${records} records in ${batches} batches, each once\n`);
  };
  for (const [language, { needs: tools, start }] of Object.entries(CLIENTS)) {
    const seed = randomInt(2 ** 31);
    it(`has each acknowledged record of the ${language} client in one batch (seed ${seed})`, async function () {
      needs(this, ...tools);
      this.timeout(timeoutMs);
      await kill(start(), seed, language);
    });
  }

  const seed = randomInt(2 ** 31);
  it(`has each acknowledged record of a page's client in one batch (seed ${seed})`, async function () {
    needs(this, 'browser');
    this.timeout(timeoutMs);
    const host = await browserHost();
    try {
      await kill(await host.open(), seed, 'a page');
    } finally {
      await host.close();
    }
  });
}
