/**
 * Counts the words of the lines that other processes publish, in any language, and shows the counts live.
 *
 *   GatewayWordCount [<port> [<pages port>]]
 *
 * <port> is the gateway's (8090), <pages port> that of two web pages (8091). To run it:
 *
 *   $ ./run-example GatewayWordCount
 *
 * then open http://127.0.0.1:8091/live in one window and http://127.0.0.1:8091/ in another, and type. Any other process
 * can join: `echo 'hello world' | npx dstreams publish lines --text --ack memory`.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { defineJob, Seconds, StreamingContext } from 'dstreams';
import { startGateway } from 'dstreams/gateway';

const page = (name: string) => readFileSync(new URL(`./gateway/${name}.html`, import.meta.url));

export default defineJob(async ([port = '8090', pagesPort = '8091']) => {
  const ssc = new StreamingContext({ appName: 'GatewayWordCount', batchDuration: Seconds(1) });
  const origins = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${pagesPort}`);
  // Nothing is kept across a restart here: a checkpoint directory and ack "durable" would.
  const gateway = startGateway(ssc, { port: Number(port), origins, durability: 'memory' });

  const lines = ssc.receiverStream(gateway.receiver<string>('lines'));
  const words = lines.flatMap((line) => line.split(' ').filter((word) => word !== ''));
  // Counts of the last minute, in order.
  const counts = words.map((word) => [word, 1]).reduceByKeyAndWindow((a, b) => a + b, null, Seconds(60), Seconds(1));
  counts.transform((rdd) => rdd.sortBy(([, n]) => -n)).foreachRDD(gateway.publisher('counts'));

  await ssc.start();
  const server = createServer((request, response) => {
    const name = { '/': 'publish', '/live': 'live' }[request.url ?? '/'];
    response.writeHead(name === undefined ? 404 : 200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(
      name === undefined ? 'There is / and /live.' : page(name).toString().replaceAll('{{port}}', String(gateway.port)),
    );
  });
  server.listen(Number(pagesPort), '127.0.0.1', () => {
    const address = server.address();
    const own = typeof address === 'object' && address !== null ? address.port : pagesPort;
    console.log(`Gateway on ws://127.0.0.1:${gateway.port}/, pages on http://127.0.0.1:${own}/ and /live`);
  });
  await ssc.awaitTermination();
  server.close();
  server.closeAllConnections();
});
