/**
 * Sends made-up page views to whoever connects, for PageViewStream to look at.
 *
 *   PageViewGenerator <port> <viewsPerSecond>
 *
 * <port> is where it listens; 0 takes a free one. <viewsPerSecond> is what each client gets.
 *
 * To run it, and then PageViewStream in another terminal:
 *
 *   $ ./run-example PageViewGenerator 44444 10
 *   $ ./run-example PageViewStream errorRatePerZipCode localhost 44444
 */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { defineJob } from 'dstreams';
import { PageView } from './PageView.ts';

type Chances<T> = readonly (readonly [value: T, chance: number])[];

const pages: Chances<string> = [
  ['http://foo.com/', 0.7],
  ['http://foo.com/news', 0.2],
  ['http://foo.com/contact', 0.1],
];
const httpStatus: Chances<number> = [
  [200, 0.95],
  [404, 0.05],
];
const userZipCode: Chances<number> = [
  [94709, 0.5],
  [94117, 0.5],
];
const userID: Chances<number> = Array.from({ length: 100 }, (_, i) => [i + 1, 0.01]);

/** One of the values, each as likely as its chance says. */
function pickFromDistribution<T>(chances: Chances<T>): T {
  const rand = Math.random();
  let total = 0;
  for (const [value, chance] of chances) {
    total += chance;
    if (total > rand) return value;
  }
  return chances[0]![0]; // The chances add up to a little less than 1.
}

const getNextClickEvent = (): string =>
  new PageView(
    pickFromDistribution(pages),
    pickFromDistribution(httpStatus),
    pickFromDistribution(userZipCode),
    pickFromDistribution(userID),
  ).toString();

export default defineJob(async ([port, viewsPerSecond, ...others]) => {
  if (Number.isNaN(Number(port)) || !(Number(viewsPerSecond) > 0) || others.length > 0) {
    console.error('Usage: PageViewGenerator <port> <viewsPerSecond>');
    process.exit(1);
  }
  const server = createServer((socket) => {
    console.log(`Got client connected from: ${socket.remoteAddress}`);
    const timer = setInterval(() => socket.write(getNextClickEvent()), 1000 / Number(viewsPerSecond));
    socket.on('error', () => {}).on('close', () => clearInterval(timer));
  });
  server.listen(Number(port));
  await once(server, 'listening');
  console.log(`Listening on port: ${(server.address() as AddressInfo).port}`);
});
