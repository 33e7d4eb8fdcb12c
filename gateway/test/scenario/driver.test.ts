import { expect } from 'chai';
import { commandDriver } from './driver.ts';

describe('the driver of a client in another language', () => {
  it('is a command of the shell, with its arguments', async () => {
    const program = `
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { id, client } = JSON.parse(line);
        console.log(JSON.stringify({ client, state: 'open' }));
        console.log(JSON.stringify({ id, ok: process.argv[1] }));
      });
    `;
    const driver = commandDriver(`"$DSTREAMS_TEST_NODE" -e "$DSTREAMS_TEST_PROGRAM" 'an argument'`, {
      DSTREAMS_TEST_NODE: process.execPath,
      DSTREAMS_TEST_PROGRAM: program,
    });
    expect(await driver.ask({ do: 'connect', client: 'a' })).to.include({ ok: 'an argument' });
    await driver.reaches('a', 'open');
    await driver.end();
  });

  it('that ends fails what was asked of it, with what it said', async () => {
    const driver = commandDriver('echo no such client >&2');
    const failure = await driver.ask({ do: 'connect', client: 'a' }).catch((error: Error) => error.message);
    expect(failure).to.contain('ended (0)').and.to.contain('no such client');
    await driver.end();
  });
});
