import { randomInt } from 'node:crypto';
import { needs } from '../../../bin/test/needs.ts';
import { browserHost } from '../scenario/browser-driver.ts';
import { CLIENTS } from '../scenario/clients.ts';
import { killUnderLoad } from './ledger.ts';

describe('a gateway that is killed with -9 under load', () => {
  for (const [language, { needs: tools, start }] of Object.entries(CLIENTS)) {
    const seed = randomInt(2 ** 31);
    it(`has each acknowledged record of the ${language} client in one batch (seed ${seed})`, async function () {
      needs(this, ...tools);
      this.timeout(120_000);
      await killUnderLoad(start(), { kills: 2, seed, lifeMsMax: 400 });
    });
  }

  const seed = randomInt(2 ** 31);
  it(`has each acknowledged record of a page's client in one batch (seed ${seed})`, async function () {
    needs(this, 'browser');
    this.timeout(120_000);
    const host = await browserHost();
    try {
      await killUnderLoad(await host.open(), { kills: 2, seed, lifeMsMax: 400 });
    } finally {
      await host.close();
    }
  });
});
