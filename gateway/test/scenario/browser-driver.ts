import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { bundleClient } from '../../../bin/client-bundle.mjs';
import { openBrowser } from '../../../bin/test/browser.ts';
import { type Driver, StatusLog } from './driver.ts';

/** A browser with a server of pages; each driver is a page of its own. */
export interface BrowserHost {
  open(): Promise<Driver>;
  close(): Promise<void>;
}

/** Serves the client as it is in dist/, and a page that does with it what a scenario says. */
export async function browserHost(): Promise<BrowserHost> {
  const texts = await Promise.all([
    bundleClient({ write: false, sourcemap: false }),
    build({
      entryPoints: [fileURLToPath(new URL('browser-page.ts', import.meta.url))],
      bundle: true,
      format: 'esm',
      platform: 'browser',
      target: 'es2022',
      write: false,
    }),
  ]).then((results) => results.map(({ outputFiles }) => outputFiles![0]!.text));
  const files: Readonly<Record<string, readonly [type: string, text: string]>> = {
    '/': ['text/html', '<!doctype html><title>a client</title><script type="module" src="/page.mjs"></script>'],
    '/client.browser.mjs': ['text/javascript', texts[0]!],
    '/page.mjs': ['text/javascript', texts[1]!],
  };
  const server = createServer((request, response) => {
    const [type, text] = files[request.url ?? ''] ?? ['text/plain', ''];
    response.writeHead(text === '' ? 404 : 200, { 'content-type': `${type}; charset=utf-8` }).end(text);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const browser = await openBrowser();
  // Pages of one context share a process: with a context each, opening them took longer than the scenarios.
  const context = await browser.newContext();
  return {
    async open() {
      const log = new StatusLog();
      const page = await context.newPage();
      await page.exposeFunction('report', (line: Parameters<StatusLog['add']>[0]) => log.add(line));
      await page.goto(origin);
      await page.waitForFunction('globalThis.host !== undefined');
      return {
        // Another origin than the gateway's: where pages of an application are.
        origins: [origin],
        ask: async (command) => {
          // As text, whatever its keys are: in a literal, __proto__ is none.
          const text = JSON.stringify(JSON.stringify(command));
          return JSON.parse(await page.evaluate(`host.ask(JSON.parse(${text}))`));
        },
        reaches: (client, state) => log.reaches(client, state),
        async end() {
          await page.evaluate('host.end()');
          await page.close();
        },
      };
    },
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
