import { killUnderEachClient } from './each-client.ts';

const KILLS = 50;

describe(`a gateway that is killed with -9 under load, ${KILLS} times`, () => {
  const report = (line: string) => process.stdout.write(line);
  killUnderEachClient({ kills: KILLS, lifeMsMax: 1500, timeoutMs: 1_800_000, report });
});
