import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { connect } from 'dstreams/client';
import type { Browser, Page } from 'playwright-core';
import { barriers, openBrowser, shows, visit } from '../../bin/test/browser.ts';
import { needs } from '../../bin/test/needs.ts';
import { toolFolder } from '../../bin/test-tools/tools.mjs';
import { type Around, Stage } from './run-example.ts';
import { scenariosOver } from './scenario.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));

let stage: Stage;

/** The example, once it serves its pages, on free ports where none are given. */
async function start(around: Around = {}, ports: readonly [gateway: number, pages: number] = [0, 0]) {
  const example = stage.start('GatewayWordCount', String(ports[0]), String(ports[1]), around);
  const said = await example.printed(/Gateway on ws:.*\n/);
  const [, url, port, pages, pagesPort] = /(ws:.*:(\d+)\/), pages on (http:.*:(\d+)\/) and/.exec(said)!;
  return { example, ports: [Number(port), Number(pagesPort)] as const, url: url!, pages: pages! };
}

/** `dstreams token …`, as the example says. */
async function tokenOf(secret: string, ...rights: string[]): Promise<string> {
  const cli = join(process.env['DSTREAMS_BUILD']!, 'cli.mjs');
  const env = { ...process.env, DSTREAMS_SECRET: secret };
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'token', ...rights, '--ttl', '1h'], { env });
  return stdout.trim();
}

const counted = (page: Page, word: string, n: number) =>
  shows(page, `#rows tr:has(th:text-is("${word}")) td:last-child`, String(n));

async function send(page: Page, line: string): Promise<void> {
  await page.getByLabel('A line of words').fill(line);
  await page.getByRole('button', { name: 'Send' }).click();
}

/** The newest line of the page, once it is acknowledged. */
const taken = (page: Page, line: string) => shows(page, '#sent li:not(.waits)', line);

describe('the example of the gateway', function () {
  this.timeout(300_000);
  let browser: Browser | undefined;
  const open = async () => (browser ??= await openBrowser());
  // Browsers would wait for examples, and these for browsers.
  before(scenariosOver);
  beforeEach(() => {
    stage = new Stage();
  });
  afterEach(() => stage.clear());
  after(() => browser?.close());

  it('counts words that a client publishes', async () => {
    const { example, url } = await start();
    const client = connect(url);
    const counts = client.subscribe<[string, number]>('counts');
    await client.publish('lines', ['b a', 'a  a'], { ack: 'memory' });
    for await (const { records } of counts) {
      if (records.length === 0) continue;
      expect(records).to.deep.equal([
        ['a', 3],
        ['b', 1],
      ]);
      break;
    }
    await client.close();
    await example.stop();
  });

  it('says which port of its pages is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { exitCode, stderr } = await stage.start('GatewayWordCount', '0', String(port)).ended;
    expect(exitCode).to.equal(1);
    expect(stderr).to.include(
      `127.0.0.1:${port}; another program listens there: stop it, or give another <pages port>`,
    );
    other.close();
    const none = await stage.start('GatewayWordCount', '0', '70000').ended;
    expect(none.exitCode).to.equal(1);
    expect(none.stderr).to.include('Usage: GatewayWordCount [<port> [<pages port>]]');
  });

  it('counts what one page sends, and another shows it; both go on when it is killed and started again', async function () {
    needs(this, 'browser');
    const { example, ports, pages } = await start();
    const sender = await visit(await open(), pages);
    const live = await visit(await open(), `${pages}live`, { width: 360, colorScheme: 'dark' });
    await shows(live.page, '#none', /^No words in the last minute/);
    await send(sender.page, 'to be or not to be');
    await taken(sender.page, 'to be or not to be');
    await counted(live.page, 'be', 2);
    await counted(live.page, 'or', 1);
    await shows(live.page, '#total', '6');
    await shows(live.page, '#distinct', '4');
    expect([...(await barriers(live.page)), ...(await barriers(sender.page))]).to.deep.equal([]);
    expect([...live.complaints, ...sender.complaints]).to.deep.equal([]);
    example.kill('SIGKILL');
    await example.ended;
    for (const { page } of [sender, live]) await shows(page, '#state', 'The gateway does not answer. Trying again …');
    await send(sender.page, 'that is');
    await send(sender.page, 'the question');
    await shows(sender.page, '#sent li.waits', 'the question');
    await start({}, ports);
    await taken(sender.page, 'the question');
    await counted(live.page, 'question', 1);
    await counted(live.page, 'that', 1);
    await shows(live.page, '#total', '4');
  });

  it('counts what a Python program, a Java program and a page send', async function () {
    needs(this, 'browser', 'python', 'websockets', 'java', 'javaClient');
    const { url, pages } = await start();
    const sender = await visit(await open(), pages);
    const live = await visit(await open(), `${pages}live`);
    const python = spawn(`${toolFolder('websockets')}/bin/python`, ['-B', at('examples/gateway/producer.py'), url], {
      env: { ...process.env, PYTHONPATH: at('gateway/clients/python/src') },
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const jar = join(toolFolder('javaClient'), 'build', 'dstreams-client-0.1.0.jar');
    const java = spawn('java', ['-cp', jar, at('examples/gateway/Producer.java'), url], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const ended = Promise.all([once(python, 'close'), once(java, 'close')]);
    python.stdin.end('snakes and\nsnakes\n');
    java.stdin.end('islands and\n');
    await send(sender.page, 'pages and pages');
    await counted(live.page, 'snakes', 2);
    await counted(live.page, 'pages', 2);
    await counted(live.page, 'islands', 1);
    await counted(live.page, 'and', 3);
    expect(await ended).to.deep.equal([
      [0, null],
      [0, null],
    ]);
  });

  it('asks for a token where it has a secret', async function () {
    needs(this, 'browser');
    const secret = 'a secret of the example';
    const { pages } = await start({ env: { DSTREAMS_SECRET: secret } });
    const enter = async (page: Page, token: string) => {
      await page.getByLabel('Token').fill(token);
      await page.getByRole('button', { name: 'Connect' }).click();
    };
    const sender = await visit(await open(), pages, { width: 360 });
    await shows(sender.page, '#why', 'The gateway asks for a token.');
    expect(await barriers(sender.page)).to.deep.equal([]);
    await enter(sender.page, 'nonsense');
    await shows(sender.page, '#why', 'The token is not valid here.');
    await enter(sender.page, await tokenOf(secret, '--sub', 'counts'));
    await shows(sender.page, '#state', 'Connected');
    await send(sender.page, 'not mine to send');
    await shows(sender.page, '#trouble', 'Not taken: the token may not publish to lines.');
    const live = await visit(await open(), `${pages}live`);
    await enter(live.page, await tokenOf(secret, '--pub', 'lines'));
    await shows(live.page, '#why', 'The token may not subscribe to counts.');
    await enter(live.page, await tokenOf(secret, '--sub', 'counts'));
    await shows(live.page, '#state', 'Connected');
    await shows(live.page, '#batch', /^\d\d:\d\d:\d\d$/);
  });
});
