import { readdirSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { z } from 'zod';
import { messageSchemas } from '../index.ts';
import { closeAll, Peer, testServer } from './peer.ts';

const serve = () =>
  testServer((t, gateway) => {
    t.ssc.receiverStream(gateway.receiver<unknown>('in')).foreachRDD(gateway.publisher('out'));
  });

describe('the pages of a gateway', () => {
  afterEach(closeAll);

  it('are a status page that needs nothing from elsewhere, health and metrics', async () => {
    const server = await serve();
    const url = server.url.replace('ws', 'http');
    const page = await fetch(url);
    expect(page.headers.get('content-security-policy')).to.include("default-src 'none'");
    const html = await page.text();
    expect(html).to.include('<title>dstreams gateway</title>');
    // The policy forbids scripts and styles in the page itself.
    expect(html).to.not.match(/<script>|style=|onclick=/);
    for (const [, path] of html.matchAll(/(?:src|href)="(\/[^"]*)"/g)) {
      expect((await fetch(new URL(path!, url))).status, path).to.equal(200);
    }
    const peer = await Peer.connect(server);
    await peer.pub('in', [1, 2]);
    const metrics = await (await fetch(`${url}metrics`)).text();
    expect(metrics).to.match(/^dstreams_gateway_connections_open 1$/m);
    expect(metrics).to.match(/^dstreams_gateway_records_in_total 2$/m);
    expect(metrics).to.match(/^dstreams_gateway_ack_ms_count 1$/m);
    expect(await (await fetch(`${url}healthz`)).text()).to.equal('ok\n');
    expect((await fetch(`${url}nowhere`)).status).to.equal(404);
    expect((await fetch(url, { method: 'POST', body: 'x' })).status).to.equal(405);
  });

  it('count what comes and goes', async () => {
    const server = await testServer(
      (t, gateway) => {
        const input = { schema: z.number(), deadLetter: 'letters' };
        t.ssc.receiverStream(gateway.receiver('in', input)).foreachRDD(gateway.publisher('out'));
      },
      { limits: { retentionMs: 2000, frameBytes: 1024 } },
    );
    const peer = await Peer.connect(server, { hello: { producer: { id: 'p' } } });
    const numbers = Array.from({ length: 30 }, (_, i) => 1_000_000_000_000 + i);
    expect(await peer.pub('in', numbers, { seq: 1 })).to.include({ seq: 30 });
    expect(await peer.pub('in', numbers, { seq: 1 })).to.include({ dup: true });
    expect(await peer.pub('in', numbers, { seq: 31 })).to.include({ seq: 60 });
    expect(await peer.pub('in', [...numbers, 'none'], { seq: 61 })).to.include({ seq: 91 });
    const { epoch } = peer.welcome;
    peer.send({ t: 'sub', id: 1, stream: 'out', from: 'earliest' });
    await peer.next('subok');
    await server.batch();
    const { batchTime, part } = await peer.next('batch', ({ part: [i, n] }) => i === n - 1);
    expect(part).to.deep.equal([1, 2]);
    for (let i = 0; i < 3; i++) await server.batch();
    const positions = [
      { from: { batchTime } },
      { from: { after: batchTime + 2000 }, epoch },
      { from: { after: batchTime }, epoch: 'another' },
    ];
    for (const [i, position] of positions.entries()) peer.send({ t: 'sub', id: 2 + i, stream: 'out', ...position });
    for (const _ of positions) await peer.next('subok');
    peer.send({ t: 'ping', id: 9 });
    await peer.next('pong');
    const metrics = await server.metrics();
    const counts = Object.fromEntries(
      [...metrics.matchAll(/^dstreams_gateway_(\w+)_total (\d+)$/gm)].map(([, name, n]) => [name, Number(n)]),
    );
    expect(counts).to.include({
      frames_in: 1 + 4 + 4 + 1,
      // The one that is no number went elsewhere.
      records_in: 90,
      records_out: 90,
      duplicates: 1,
      dead_letters: 1,
      gaps: 2,
      resumes_continued: 1,
      resumes_gap: 1,
      resumes_epoch: 1,
      refused_upgrades: 0,
    });
    expect(counts['batches_out']).to.be.at.least(4);
    expect(counts['bytes_in']).to.be.above(91 * 13);
    expect(counts['bytes_out']).to.be.above(90 * 13);
  });

  it('are fed by a stream like any other', async () => {
    const server = await serve();
    const peer = await Peer.connect(server);
    peer.send({ t: 'sub', id: 1, stream: 'dstreams.status' });
    await peer.next('subok');
    server.t.clock.advance(1000);
    const { records } = await peer.next('batch');
    expect(records[0]).to.include({ connections: 1 });
    expect(records[0].inputs).to.deep.equal([{ name: 'in', isOpen: true, records: 0 }]);
  });

  it('say who reads what, and how far it is', async () => {
    const server = await serve();
    const watcher = await Peer.connect(server);
    watcher.send({ t: 'sub', id: 1, stream: 'dstreams.status' });
    await watcher.next('subok');
    const named = { hello: { client: { name: '<b>billing', version: '2' } } };
    const [auto, manual] = [await Peer.connect(server), await Peer.connect(server, named)];
    await server.batch();
    await server.batch();
    auto.send({ t: 'sub', id: 1, stream: 'out' });
    manual.send({ t: 'sub', id: 1, stream: 'out', from: 'earliest', ack: 'manual' });
    await auto.next('subok');
    const { sub } = await manual.next('subok');
    await server.batch();
    manual.send({ t: 'ack', sub, batchTime: 2000 });
    manual.send({ t: 'ack', sub, batchTime: 1000 }); // Late: it is cumulative.
    manual.send({ t: 'ping', id: 1 });
    await manual.next('pong');
    for (;;) {
      server.t.clock.advance(1000);
      const { records } = await watcher.next('batch');
      const { readers } = records[0];
      // Those before it tell of a time before.
      if (!readers.some(({ sent, done }: { sent: number; done: number }) => sent === 3000 && done === 2000)) continue;
      expect(readers).to.have.deep.members([
        { client: '', stream: 'out', sent: 3000, done: 3000 },
        { client: '<b>billing 2', stream: 'out', sent: 3000, done: 2000 },
      ]);
      return;
    }
  });

  it('have the schemas of all messages, which are those in docs/', async () => {
    const server = await serve();
    const url = server.url.replace('ws', 'http');
    const schemas = messageSchemas();
    expect(readdirSync('docs/gateway/schema').sort()).to.deep.equal(Object.keys(schemas).sort());
    for (const [name, schema] of Object.entries(schemas)) {
      const written = JSON.parse(readFileSync(`docs/gateway/schema/${name}`, 'utf8'));
      expect(written, `${name}: node bin/gateway-schemas.mjs`).to.deep.equal(schema);
    }
    const names = (await (await fetch(`${url}schema/`)).json()) as string[];
    expect(names).to.have.members(Object.keys(schemas).map((name) => `/schema/${name}`));
    for (const name of names) {
      expect(await (await fetch(new URL(name, url))).json(), name).to.deep.equal(
        schemas[name.slice('/schema/'.length)],
      );
    }
    const head = await fetch(`${url}schema/client.pub.json`, { method: 'HEAD' });
    expect([head.status, await head.text()]).to.deep.equal([200, '']);
  });
});
