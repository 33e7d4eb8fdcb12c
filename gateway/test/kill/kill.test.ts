import { killUnderEachClient } from './each-client.ts';

describe('a gateway that is killed with -9 under load', () => {
  killUnderEachClient({ kills: 2, lifeMsMax: 400, timeoutMs: 120_000 });
});
