import { randomInt } from 'node:crypto';
import { needs } from '../../../bin/test/needs.ts';
import { browserHost } from '../scenario/browser-driver.ts';
import { CLIENTS } from '../scenario/clients.ts';
import { killUnderLoad } from './ledger.ts';

const KILLS = 50;

describe(`a gateway that is killed with -9 under load, ${KILLS} times`, () => {
  for (const [language, { needs: tools, start }] of Object.entries(CLIENTS)) {
    const seed = randomInt(2 ** 31);
    it(`has each acknowledged record of the ${language} client in one batch (seed ${seed})`, async function () {
      needs(this, ...tools);
      this.timeout(1_800_000);
      const { records, batches } = await killUnderLoad(start(), { kills: KILLS, seed, lifeMsMax: 1500 });
      process.stdout.write(`${language}: ${KILLS} kills, ${records} records in ${batches} batches, each once\n`);
    });
  }

  const seed = randomInt(2 ** 31);
  it(`has each acknowledged record of a page's client in one batch (seed ${seed})`, async function () {
    needs(this, 'browser');
    this.timeout(1_800_000);
    const host = await browserHost();
    try {
      const { records, batches } = await killUnderLoad(await host.open(), { kills: KILLS, seed, lifeMsMax: 1500 });
      process.stdout.write(`a page: ${KILLS} kills, ${records} records in ${batches} batches, each once\n`);
    } finally {
      await host.close();
    }
  });
});
