import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect } from 'chai';
import {
  AkkaUtils,
  type JavaDStream,
  JavaActorReceiver,
  JIterator,
  NetworkReceiver,
  Props,
  rawFrame,
  RawTextHelper,
  StorageLevel,
  Tuple2,
} from '../index.ts';
import { virtualContext } from './run.ts';

/** Runs batches until `n` records have come. */
async function collect<T>(n: number, build: (t: ReturnType<typeof virtualContext>) => JavaDStream<T>): Promise<T[]> {
  const t = virtualContext();
  const records: T[] = [];
  build(t).foreachRDD(async (rdd) => void records.push(...(await rdd.collect())));
  while (records.length < n) {
    await t.clock.yield();
    await t.run(1);
  }
  await t.stop();
  return records;
}

class Words extends JavaActorReceiver<string> {
  constructor(private readonly words: string[]) {
    super();
  }
  override preStart(): void {
    for (const word of this.words) this.getSelf().tell(word, this.getSelf());
  }
  override onReceive(message: unknown): void {
    this.store(`${message} from ${this.getSender()?.equals(this.getSelf())}`);
  }
}

describe('other receivers of the Java surface', () => {
  it('rawSocketStream reads tuples', async () => {
    const server = createServer((socket) => socket.on('error', () => {}).write(rawFrame([new Tuple2('a', 1), 'b'])));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    try {
      const { port } = server.address() as AddressInfo;
      const records = await collect<unknown>(2, ({ ssc }) =>
        ssc.rawSocketStream('127.0.0.1', port, StorageLevel.MEMORY_ONLY()),
      );
      expect(records).to.deep.equal([new Tuple2('a', 1), 'b']);
    } finally {
      server.close();
    }
  });

  it('networkStream takes a receiver of 0.9', async () => {
    class Custom extends NetworkReceiver<string> {
      protected async onStart(): Promise<void> {
        const generator = new this.BlockGenerator(StorageLevel.MEMORY_ONLY_SER_2());
        generator.start();
        await generator.add('one');
        await this.pushBlock('b', ['two', 'three'], null, StorageLevel.MEMORY_ONLY());
      }
      protected onStop(): void {}
    }
    expect(await collect(3, ({ ssc }) => ssc.networkStream(new Custom()))).to.deep.equal(['one', 'two', 'three']);
  });

  for (const how of ['actorStream', 'AkkaUtils.createStream']) {
    it(how, async () => {
      const props = Props.create(Words, ['a', 'b']);
      const records = await collect<string>(2, ({ ssc }) =>
        how === 'actorStream'
          ? ssc.actorStream<string>(props, 'Words', StorageLevel.MEMORY_ONLY_SER_2())
          : AkkaUtils.createStream<string>(ssc, props, 'Words'),
      );
      expect(records).to.deep.equal(['a from true', 'b from true']);
    });
  }

  it('RawTextHelper', async () => {
    const counts = RawTextHelper.splitAndCountPartitions(['a b a', ' c ']);
    expect(counts).to.be.instanceOf(JIterator);
    expect([...RawTextHelper.topK(counts, 2)]).to.deep.equal([new Tuple2('a', 2), new Tuple2('b', 1)]);
    expect([RawTextHelper.add(1, 2), RawTextHelper.subtract(1, 2), RawTextHelper.max(1, 2)]).to.deep.equal([3, -1, 2]);
    const t = virtualContext();
    await RawTextHelper.warmUp(t.ssc.sparkContext());
    await t.stop();
  }).timeout(60_000);
});
