import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { barriers, cells, openBrowser, shows, visit } from '../../bin/test/browser.ts';
import { needs } from '../../bin/test/needs.ts';
import type { GatewayOptions } from '../index.ts';
import { closeAll, Peer, testServer } from './peer.ts';
import { Proxy } from './scenario/proxy.ts';

const serve = (options: GatewayOptions = {}) =>
  testServer((t, gateway) => {
    t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
  }, options);
const pageOf = ({ url }: { readonly url: string }) => url.replace('ws', 'http');

const SECRET = 'a secret of the status page';

describe('the status page in a browser', function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  before(async function () {
    needs(this, 'browser');
    browser = await openBrowser();
  });
  afterEach(closeAll);
  after(() => browser?.close());

  it('shows streams, connections and rates as they change', async () => {
    const server = await serve();
    const { page, complaints } = await visit(browser!, pageOf(server));
    await shows(page, '#state', 'Live');
    const peer = await Peer.connect(server);
    server.t.clock.advance(1000);
    await shows(page, '#connections', '2');
    expect(await cells(page, '#inputs')).to.deep.equal([['in', '0', 'open']]);
    expect(await cells(page, '#outputs')).to.deep.equal([['out', '0', '–', '–', '–', '0.0']]);
    expect(await cells(page, '#readers')).to.deep.equal([['Nobody reads.']]);
    await peer.pub('in', Array(1500).fill(1));
    peer.send({ t: 'sub', id: 1, stream: 'out' });
    await peer.next('subok');
    await server.batch();
    server.t.clock.advance(1000);
    await shows(page, '#inputs td:nth-child(2)', '1,500');
    await shows(page, '#outputs td:nth-child(4)', '1,500');
    const [[name, readers, latest, count, since]] = (await cells(page, '#outputs')) as [string[]];
    expect([name, readers, latest, count, since]).to.deep.equal(['out', '1', '00:00:02', '1,500', '00:00:01']);
    expect(await cells(page, '#readers')).to.deep.equal([['–', 'out', '00:00:02', '00:00:02']]);
    expect(await page.locator('#curve').getAttribute('d')).to.match(/^M[\d.]+ [\d.]+ L/);
    expect(complaints).to.deep.equal([]);
  });

  it('says that the server went away, and goes on with the next one', async () => {
    const server = await serve();
    const proxy = await Proxy.to(server.gateway.port);
    try {
      const { page } = await visit(browser!, pageOf(proxy));
      await shows(page, '#state', 'Live');
      proxy.refuse();
      await shows(page, '#state', 'The gateway does not answer. Trying again …');
      proxy.admit();
      await shows(page, '#state', 'Live');
      const goodbye = shows(page, '#state', 'The application stops. Trying again …');
      // The address stays, and nobody answers there until the next one does.
      proxy.targetPort = undefined;
      await server.t.stop();
      await goodbye;
      const next = await testServer((t, gateway) => {
        t.ssc.receiverStream(gateway.receiver<unknown>('other')).foreachRDD(async () => {});
      });
      proxy.targetPort = next.gateway.port;
      await shows(page, '#state', 'Live');
      next.t.clock.advance(1000);
      await shows(page, '#inputs td', 'other');
      await shows(page, '#outputs td', 'The program has no publisher of this gateway.');
    } finally {
      await proxy.close();
    }
  });

  it('asks for a token, and says what is wrong with one', async () => {
    const server = await serve({ tokens: { secret: SECRET } });
    const { gateway, t } = server;
    const { page } = await visit(browser!, pageOf(server));
    const enter = async (token: string) => {
      await page.getByLabel('Token').fill(token);
      await page.getByLabel('Token').press('Enter');
    };
    await shows(page, '#why', 'This gateway asks for a token.');
    await enter('dst1.wrong.token');
    await shows(page, '#why', 'The token is not valid here.');
    expect(await page.evaluate('document.activeElement.id')).to.equal('token');
    await enter(gateway.token({ sub: ['out'] }));
    await shows(page, '#why', 'The token may not subscribe to dstreams.status.');
    await shows(page, '#state', 'Not connected');
    await enter(gateway.token({ sub: ['dstreams.status'], exp: t.clock.now() + 10_000 }));
    await shows(page, '#state', 'Live');
    expect(await page.locator('#login').isVisible()).to.equal(false);
    t.clock.advance(10_000);
    await shows(page, '#why', 'The token has expired.');
    await enter(gateway.token({ sub: ['*'] }));
    await shows(page, '#state', 'Live');
  });

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`can be read by everybody, ${colorScheme} and on a phone`, async () => {
      const open = await serve();
      const peer = await Peer.connect(open);
      await peer.pub('in', [1]);
      await open.batch();
      const { page } = await visit(browser!, pageOf(open), { width: 360, colorScheme });
      await shows(page, '#state', 'Live');
      open.t.clock.advance(1000);
      await shows(page, '#inputs td', 'in');
      expect(await barriers(page)).to.deep.equal([]);
      await closeAll();
      const closed = await serve({ tokens: { secret: SECRET } });
      const asking = await visit(browser!, pageOf(closed), { width: 360, colorScheme });
      await shows(asking.page, '#why', 'This gateway asks for a token.');
      expect(await barriers(asking.page)).to.deep.equal([]);
    });
  }
});
