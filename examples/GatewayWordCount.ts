/**
 * Counts the words of the lines that other processes publish, in any language, and shows the counts live.
 *
 *   GatewayWordCount [<port> [<pages port>]]
 *
 * <port> is the gateway's (8090), <pages port> that of two web pages (8091); 0 takes a free one. To run it:
 *
 *   $ ./run-example GatewayWordCount
 *
 * then open http://127.0.0.1:8091/live in one window and http://127.0.0.1:8091/ in another, and type. Any other process
 * can join: `echo 'hello world' | npx dstreams publish lines --text --ack memory`, in Python
 * `echo 'hello world' | python3 examples/gateway/producer.py`, in Java as examples/gateway/Producer.java says.
 *
 * With DSTREAMS_SECRET in the environment the pages ask for a token: `dstreams token --pub lines --sub counts --ttl 1h`.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { defineJob, isDriver, Seconds, StreamingContext } from 'dstreams';
import { startGateway } from 'dstreams/gateway';

const FILES: Readonly<Record<string, readonly [file: string, type: string]>> = {
  '/': ['publish.html', 'text/html'],
  '/live': ['live.html', 'text/html'],
  '/publish.js': ['publish.js', 'text/javascript'],
  '/live.js': ['live.js', 'text/javascript'],
  '/connection.js': ['connection.js', 'text/javascript'],
  '/pages.css': ['pages.css', 'text/css'],
  '/icon.svg': ['icon.svg', 'image/svg+xml'],
};

export default defineJob(async ([port = '8090', pagesPort = '8091']) => {
  if ([port, pagesPort].some((text) => !(/^\d+$/.test(text) && Number(text) < 65_536))) {
    console.error('Usage: GatewayWordCount [<port> [<pages port>]]');
    process.exit(1);
  }
  const ssc = new StreamingContext({ appName: 'GatewayWordCount', batchDuration: Seconds(1) });
  const server = createServer();
  // The gateway is told whose pages they are, so their port must be known; executors serve nobody.
  if (isDriver()) {
    await once(server.listen(Number(pagesPort), '127.0.0.1'), 'listening').catch(({ code, message }) => {
      const why = code === 'EADDRINUSE' ? 'another program listens there: stop it, or' : `${message}:`;
      console.error(
        `The pages cannot be served on 127.0.0.1:${pagesPort}; ${why} give another <pages port>, 0 for a free one.`,
      );
      process.exit(1);
    });
  }
  const ownPort = isDriver() ? (server.address() as AddressInfo).port : pagesPort;
  const origins = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${ownPort}`);
  // Nothing is kept across a restart here: a checkpoint directory and ack "durable" would.
  const { DSTREAMS_SECRET: secret } = process.env;
  const tokens = secret === undefined ? {} : { tokens: { secret } };
  const gateway = startGateway(ssc, { port: Number(port), origins, durability: 'memory', ...tokens });

  const lines = ssc.receiverStream(gateway.receiver<string>('lines'));
  const words = lines.flatMap((line) => line.split(' ').filter((word) => word !== ''));
  // Counts of the last minute, in order.
  const counts = words.map((word) => [word, 1]).reduceByKeyAndWindow((a, b) => a + b, null, Seconds(60), Seconds(1));
  counts.transform((rdd) => rdd.sortBy(([, n]) => -n)).foreachRDD(gateway.publisher('counts'));

  await ssc.start();
  server.on('request', (request, response) => {
    const [file, type] = FILES[request.url ?? '/'] ?? [];
    if (file === undefined) {
      response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('There is / and /live.\n');
      return;
    }
    const sockets = ['127.0.0.1', 'localhost'].map((host) => `ws://${host}:${gateway.port}`).join(' ');
    response.writeHead(200, {
      'content-type': `${type}; charset=utf-8`,
      'content-security-policy':
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; " +
        `frame-ancestors 'none'; connect-src ${sockets}`,
    });
    const text = readFileSync(new URL(`./gateway/${file}`, import.meta.url), 'utf8');
    response.end(text.replaceAll('{{port}}', String(gateway.port)));
  });
  console.log(`Gateway on ws://127.0.0.1:${gateway.port}/, pages on http://127.0.0.1:${ownPort}/ and /live`);
  await ssc.awaitTermination();
  server.close();
  server.closeAllConnections();
});
