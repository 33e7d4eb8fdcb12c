import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import {
  ActorReceiver,
  type DStream,
  NetworkReceiver,
  Props,
  rawFrame,
  RawTextHelper,
  type StreamingContext,
  StorageLevels,
} from '../index.ts';
import { manualContext } from './context.ts';

/** Runs batches until `n` records have come. */
async function collect<T>(n: number, build: (ssc: StreamingContext) => DStream<T>): Promise<T[]> {
  const t = manualContext();
  const found = t.record(build(t.ssc));
  await t.ssc.start();
  const values = () => found.flatMap((batch) => batch.values);
  while (values().length < n) {
    await t.clock.yield();
    await t.run(1);
  }
  await t.ssc.stop();
  return values();
}

class Pairs extends ActorReceiver<[string, number]> {
  override preStart(): void {
    this.self.tell('a');
  }
  override receive(message: unknown): void {
    this.pushBlock([[String(message), 1] as [string, number], ['b', 2] as [string, number]].values());
  }
}

class Numbers extends NetworkReceiver<number> {
  protected async onStart(): Promise<void> {
    const generator = new this.BlockGenerator(StorageLevels.MEMORY_ONLY);
    generator.start();
    for (const n of [1, 2, 3]) await generator.add(n);
  }
  protected onStop(): void {}
}

describe('other receivers of the fluent surface', () => {
  it('rawSocketStream reads pairs', async () => {
    const server = createServer((socket) =>
      socket
        .on('error', () => {})
        .write(
          rawFrame([
            ['a', 1],
            ['a', 2],
          ]),
        ),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const sums = await collect(1, (ssc) =>
        ssc.rawSocketStream<[string, number]>('127.0.0.1', port).reduceByKey((a, b) => a + b),
      );
      expect(sums).to.deep.equal([['a', 3]]);
    } finally {
      server.close();
    }
  });

  it('actorStream gives a stream of what its actor stores', async () => {
    const options = { storageLevel: StorageLevels.MEMORY_ONLY };
    const sums = await collect(2, (ssc) => ssc.actorStream(Props.create(Pairs), 'Pairs', options).mapValues((n) => -n));
    expect(sums).to.deep.equal([
      ['a', -1],
      ['b', -2],
    ]);
  });

  it('networkStream takes a receiver of 0.9', async () => {
    expect(await collect(3, (ssc) => ssc.networkStream(new Numbers()))).to.deep.equal([1, 2, 3]);
  });

  it('RawTextHelper', async () => {
    const counts = RawTextHelper.splitAndCountPartitions(['a b a', ' c ']);
    expect(RawTextHelper.topK(counts, 2)).to.deep.equal([
      ['a', 2],
      ['b', 1],
    ]);
    expect([RawTextHelper.add(1, 2), RawTextHelper.subtract(1, 2), RawTextHelper.max(1, 2)]).to.deep.equal([3, -1, 2]);
    const t = manualContext();
    await RawTextHelper.warmUp(t.ssc.sparkContext);
    await t.ssc.stop();
  }).timeout(60_000);
});
