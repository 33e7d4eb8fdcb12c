import { expect } from 'chai';
import { SparkCore } from '../../engine/spark-core.ts';
import { StreamEngine } from '../../engine/stream-engine.ts';
import { streamOps } from '../../internal.ts';
import { SparkConf } from '../../options/index.ts';
import { collect } from '../../rdd/index.ts';
import { KeptLog } from '../../testing/kept-log.ts';
import { ManualClock } from '../../time/index.ts';
import { iterableReceiver, type Out } from '../iterable-receiver.ts';
import { receiverInput } from '../receiver-input.ts';
import { settle } from './host.ts';

/** An engine over one receiver function that the test drives; each batch's records are kept. */
function engineOver(conf: Readonly<Record<string, string>> = {}) {
  const clock = new ManualClock();
  const log = new KeptLog();
  const core = new SparkCore(new SparkConf().setAppName('test').setMaster('local').setAll(conf), {
    clock,
    logger: log.logger,
  });
  const engine = new StreamEngine(core, 1000);
  let out: Out = () => Promise.reject(new Error('not started'));
  const receiver = iterableReceiver((send) => {
    out = send;
  });
  const batches = new Map<number, unknown[]>();
  streamOps.output(engine.addInput('receiverStream', receiverInput(receiver)), 'foreachRDD', async (rdd, timeMs) => {
    batches.set(timeMs, await collect(rdd));
  });
  const batch = async () => {
    clock.advance(1000);
    await engine.idle();
    await settle();
  };
  return { clock, core, engine, batches, batch, send: (record: unknown) => out(record) };
}

describe('a receiver in an engine', () => {
  it('gives each batch what was stored before it; blocks go when no batch asks for them', async () => {
    const { engine, core, batches, batch, send } = engineOver();
    await engine.start();
    for (const record of ['a', 'b']) {
      await send(record);
      await batch();
    }
    await batch();
    expect([...batches]).to.deep.equal([
      [1000, ['a']],
      [2000, ['b']],
      [3000, []],
    ]);
    expect(core.blocks.size).to.equal(0);
    await engine.stop();
  });

  it('a full queue opens again when its batch is done', async () => {
    const { engine, batches, batch, send } = engineOver({ 'dstreams.receiver.queueBytesMax': '1' });
    await engine.start();
    await send(1);
    let done = false;
    void send(2).then(() => {
      done = true;
    });
    await settle();
    expect(done).to.equal(false);
    await batch();
    expect(done).to.equal(true);
    await batch();
    expect([...batches.values()]).to.deep.equal([[1], [2]]);
    await engine.stop();
  });

  it('a graceful stop runs one more batch with what had come', async () => {
    const { engine, batches, clock, send } = engineOver();
    await engine.start();
    await send('last');
    const stopped = engine.stop({ graceful: true });
    await settle();
    clock.advance(1000);
    await stopped;
    expect([...batches]).to.deep.equal([[1000, ['last']]]);
  });

  it('leaves no block behind in a context that goes on', async () => {
    const { engine, core, send } = engineOver();
    await engine.start();
    await send('never read');
    await engine.stop({ stopSparkContext: false });
    await settle();
    expect(core.blocks.size).to.equal(0);
    await core.stop();
  });
});
