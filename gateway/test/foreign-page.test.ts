import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { Browser, Page } from 'playwright-core';
import { openBrowser, shows, visit } from '../../bin/test/browser.ts';
import { needs } from '../../bin/test/needs.ts';
import type { GatewayOptions } from '../index.ts';
import { closeAll, testServer } from './peer.ts';

const serve = (options: GatewayOptions = {}) =>
  testServer((t, gateway) => {
    t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
  }, options);

/** What comes of a WebSocket that says hello: the type of the first message, or the code of the close. */
const socket = (page: Page, url: string): Promise<string> =>
  page.evaluate(`new Promise((resolve) => {
    const ws = new WebSocket(${JSON.stringify(url)}, 'dstreams.v1.json');
    ws.onopen = () => ws.send('{"t":"hello","v":1}');
    ws.onmessage = ({ data }) => resolve(JSON.parse(data).t);
    ws.onclose = ({ code }) => resolve('closed ' + code);
  })`);

/** The status of an answer that the page may see, or the name of what fetch threw. */
const request = (page: Page, url: string, options: object = {}): Promise<number | string> =>
  page.evaluate(`fetch(${JSON.stringify(url)}, ${JSON.stringify(options)}).then((r) => r.status, (e) => e.name)`);

const refused = async (gateway: { readonly port: number }): Promise<string | undefined> => {
  const text = await (await fetch(`http://127.0.0.1:${gateway.port}/metrics`)).text();
  return /^dstreams_gateway_refused_upgrades_total (\d+)$/m.exec(text)?.[1];
};

describe('a page of another origin, in a browser', function () {
  this.timeout(120_000);
  let browser: Browser | undefined;
  let site: Server;
  let port: number;
  before(async function () {
    needs(this, 'browser');
    site = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>a shop</title><p>a shop</p>');
    }).listen(0, '127.0.0.1');
    await once(site, 'listening');
    port = (site.address() as AddressInfo).port;
    // Names that lead to this machine, as those of somebody else's DNS could.
    browser = await openBrowser('--host-resolver-rules=MAP *.test 127.0.0.1');
  });
  afterEach(closeAll);
  after(async () => {
    await browser?.close();
    site?.closeAllConnections();
    site?.close();
  });

  for (const host of ['127.0.0.1', 'localhost', 'shop.test']) {
    it(`is refused: ${host}, another port`, async () => {
      const server = await serve();
      const { page } = await visit(browser!, `http://${host}:${port}/`);
      expect(await socket(page, server.url)).to.equal('closed 1006');
      expect(await refused(server.gateway)).to.equal('1');
      const url = server.url.replace('ws', 'http');
      for (const path of ['', 'metrics', 'schema/'])
        expect(await request(page, url + path), path).to.equal('TypeError');
      expect(await request(page, `${url}ticket`, { method: 'POST' })).to.equal('TypeError');
    });
  }

  it('connects where it is listed, and no other does', async () => {
    const server = await serve({ origins: [`http://shop.test:${port}`] });
    const shop = await visit(browser!, `http://shop.test:${port}/`);
    expect(await socket(shop.page, server.url)).to.equal('welcome');
    const other = await visit(browser!, `http://other.test:${port}/`);
    expect(await socket(other.page, server.url)).to.equal('closed 1006');
  });

  it('does not reach the gateway under a name of its own', async () => {
    const server = await serve();
    // The page is of the very origin that it asks: only the name tells.
    const { page } = await visit(browser!, `http://shop.test:${server.gateway.port}/`);
    await shows(page, 'body', /no loopback name/);
    expect(await socket(page, `ws://shop.test:${server.gateway.port}/`)).to.equal('closed 1006');
  });

  it('cannot show the status page in a frame', async () => {
    const server = await serve();
    const { page } = await visit(browser!, `http://shop.test:${port}/`);
    const refusal = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
    await page.evaluate(`{
      const frame = document.createElement('iframe');
      frame.src = ${JSON.stringify(server.url.replace('ws', 'http'))};
      document.body.append(frame);
    }`);
    expect((await refusal).type()).to.equal('error');
  });
});
