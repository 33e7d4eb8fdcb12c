import { createInterface } from 'node:readline';
import { defineJob, type DStream, StreamingContext } from '../../../api-fluent/index.ts';
import { ManualClock, Milliseconds, SparkConf, SparkCore, StreamEngine } from '../../../core/internal.ts';

const BATCH_MS = 1000;
const WINDOW_MS = 3000;

const say = (...words: readonly unknown[]) => console.log(words.join(' '));

/**
 * A program with the machine's disk, files, sockets and processes, whose clock moves as standard input says:
 *
 *   advance MS     moves the clock, and says `at NOW` when all batches are over and all checkpoints written
 *   hold MS        the batch of this time never ends
 *   received N     says `received N` once the sockets have brought so many lines
 *
 * Arguments: root, time now, `files` or `socket PORT PORT`, interval of the state's checkpoints, write-ahead log or not. It
 * says `count TIME N` for each batch, of a socket also `total` and `window`; `begin TIME` before the count; and what begins.
 */
export default defineJob(async ([root, nowMs, source, ports, stateMs, log]) => {
  const clock = new ManualClock({ nowMs: Number(nowMs) });
  let held = -1;
  let received = 0;
  let onReceived = () => {};
  const lines = async function* (input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
    for await (const bytes of input) {
      for (const line of new TextDecoder().decode(bytes).split('\n')) {
        if (line === '') continue;
        yield line;
        received++;
        onReceived();
      }
    }
  };
  let engine!: StreamEngine;
  const ssc = StreamingContext.getOrCreate(`${root}/checkpoint`, () => {
    const conf = new SparkConf().setMaster('local').setAppName('guide');
    conf.set('spark.streaming.receiver.writeAheadLog.enable', log === 'log');
    engine = new StreamEngine(new SparkCore(conf, { clock }), BATCH_MS);
    const ssc = new StreamingContext(engine as never);
    const all: DStream<string> =
      source === 'files'
        ? ssc.textFileStream(`${root}/in`)
        : ssc.union(...ports!.split(',').map((port) => ssc.socketStream<string>('127.0.0.1', Number(port), lines)));
    const report = (name: string, stream: DStream<number>) =>
      stream.foreachRDD(async (rdd, time) => {
        if (name === 'count') say('begin', Number(time));
        if (Number(time) === held) await new Promise(() => {});
        say(name, Number(time), (await rdd.collect())[0] ?? 0);
      });
    report('count', all.count());
    if (source === 'socket') {
      const ones = all.map((): [string, number] => ['all', 1]);
      const totals = ones
        .updateStateByKey<number>((values, sum = 0) => values.reduce((a, b) => a + b, sum))
        .checkpoint(Number(stateMs));
      report(
        'total',
        totals.map(([, n]) => n),
      );
      report('window', all.window(Milliseconds(WINDOW_MS), Milliseconds(BATCH_MS)).count());
    }
    ssc.on('receiverStarted', ({ receiverInfo }) => say('receiver', receiverInfo.streamId()));
    ssc.on('batchStarted', ({ batchInfo }) => say('batch', batchInfo.batchTime().milliseconds()));
    return ssc;
  });
  await ssc.start();
  const settled = async () => {
    await engine.idle();
    say('at', clock.now());
  };
  await settled();
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, n] = line.split(' ');
    if (command === 'hold') held = Number(n);
    else if (command === 'received') {
      await new Promise<void>((resolve) => {
        onReceived = () => {
          if (received >= Number(n)) resolve();
        };
        onReceived();
      });
      say('received', n);
    } else {
      clock.advance(Number(n));
      await settled();
    }
  }
});
