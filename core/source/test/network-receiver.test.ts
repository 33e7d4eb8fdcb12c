import { expect } from 'chai';
import { StorageLevels } from '../../data/index.ts';
import { NetworkReceiver, networkReceiver, type RecordBlockGenerator } from '../network-receiver.ts';
import { codeOf, partitionsAt, settle, started } from './host.ts';

class Custom extends NetworkReceiver<string> {
  readonly steps: string[] = [];
  generator: RecordBlockGenerator<string> | undefined;
  onStartDo: (receiver: Custom) => void | Promise<void> = () => {};
  protected onStart(): void | Promise<void> {
    this.steps.push(`start ${this.streamId}`);
    this.generator = new this.BlockGenerator(StorageLevels.MEMORY_ONLY);
    this.generator.start();
    return this.onStartDo(this);
  }
  protected onStop(): void {
    this.steps.push('stop');
    this.generator!.stop();
  }
  id(): number {
    return this.streamId;
  }
  fail(error: unknown): void {
    this.stopOnError(error);
  }
  get ended(): Promise<unknown> {
    return new Promise((resolve) => this.signal.addEventListener('abort', resolve));
  }
}

const run = (receiver: Custom) => ({ ...started(networkReceiver(receiver, {})), receiver });

describe('NetworkReceiver', () => {
  it('feeds one stream of a context, and may feed one of the next', () => {
    const custom = new Custom();
    const context = {};
    networkReceiver(custom, context);
    expect(() => networkReceiver(custom, context)).to.throw(/^networkStream: this receiver feeds another stream/);
    expect(networkReceiver(custom, {}).name).to.equal('Custom');
  });

  it('stores records by its generator, and whole blocks', async () => {
    const custom = new Custom();
    expect(custom.id()).to.equal(-1);
    const { run: input, host, receiver } = run(custom);
    void receiver.generator!.add('a');
    void receiver.generator!.add('b');
    await receiver.pushBlock('block-1', ['c', 'd'], null, StorageLevels.MEMORY_ONLY_SER);
    await receiver.pushBlock('block-2', new TextEncoder().encode('e\nf\n'));
    input.plan(1000);
    expect(await partitionsAt(input, 1000, host)).to.deep.equal([
      ['a', 'b'],
      ['c', 'd'],
      ['e', 'f'],
    ]);
    expect(receiver.steps).to.deep.equal(['start 0']);
    expect(receiver.getLocationPreference().isPresent()).to.equal(false);
  });

  it('keeps blocks as its generator is told to', async () => {
    const custom = new Custom();
    const record = { kept: 'as it is' };
    custom.onStartDo = (receiver) => receiver.generator!.add(record as unknown as string);
    const { run: input, host } = run(custom);
    input.plan(1000);
    expect((await partitionsAt(input, 1000, host))[0]![0]).to.equal(record);
  });

  it('may loop for its life; that the stop ends the loop by an error is no error', async () => {
    const custom = new Custom();
    custom.onStartDo = async (receiver) => {
      await receiver.ended;
      throw new Error('interrupted');
    };
    const { run: input, events, log } = run(custom);
    await input.stop(false);
    await settle();
    expect(custom.steps).to.deep.equal(['start 0', 'stop']);
    expect(events).to.deep.equal(['started Custom', 'stopped Custom: Stopped by driver']);
    expect(log.filter(({ level }) => level === 'ERROR')).to.deep.equal([]);
    expect(await codeOf((async () => custom.generator!.add('late'))())).to.equal('RECEIVER_STOPPED');
  });

  for (const how of ['throws', 'rejects', 'says so']) {
    it(`is stopped for good when it ${how}`, async () => {
      const custom = new Custom();
      const error = new Error('no luck');
      custom.onStartDo = (receiver) => {
        if (how === 'rejects') return Promise.reject(error);
        if (how === 'throws') throw error;
        return receiver.fail(error);
      };
      const { clock, events, log } = run(custom);
      await settle();
      clock.advance(60_000);
      await settle();
      expect(custom.steps).to.deep.equal(['start 0', 'stop']);
      expect(events).to.deep.equal(['started Custom', 'error Custom: no luck', 'stopped Custom: no luck']);
      expect(log.filter(({ level }) => level === 'ERROR').map(({ message }) => message)).to.deep.equal([
        'De-registered receiver for network stream 0 with message no luck',
        'Deregistered receiver for stream 0: no luck',
      ]);
    });
  }

  it('stop() ends it', async () => {
    const { receiver, events } = run(new Custom());
    receiver.stop();
    await settle();
    expect(events.at(-1)).to.equal('stopped Custom: stopped by itself');
  });

  it('is refused before it is started', async () => {
    expect(await codeOf(new Custom().pushBlock('x', ['a']))).to.equal('RECEIVER_STOPPED');
  });
});
