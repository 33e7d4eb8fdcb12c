import { expect } from 'chai';
import { ManualClock } from '../../time/manual-clock.ts';
import { BatchInfo, OutputOperationInfo, ReceiverInfo } from '../batch-info.ts';
import type { StreamingEvent, StreamingListener } from '../listener.ts';
import { ListenerBus } from '../listener-bus.ts';
import { createLogger } from '../logger.ts';
import { Time } from '../../time/time.ts';

function setUp(queueMax?: number) {
  const logged: string[] = [];
  const log = createLogger(
    { log: (level, _source, message, error) => void logged.push(`${level} ${message} ${String(error ?? '')}`) },
    () => 'ALL',
  );
  return { logged, bus: new ListenerBus({ clock: new ManualClock(), log, ...(queueMax && { queueMax }) }) };
}

const batchInfo = new BatchInfo({ batchTime: new Time(1000), submissionTime: 1000 });
const started = (time: number): StreamingEvent => ({ type: 'streamingStarted', time });

/** A listener that keeps the times of `streamingStarted`. */
function recorder() {
  const times: number[] = [];
  const listener: StreamingListener = { onStreamingStarted: (event) => void times.push(event.time) };
  return { times, listener };
}

describe('ListenerBus', () => {
  it('delivers to every listener in order, after post has returned', async () => {
    const { bus } = setUp();
    const seen: string[] = [];
    bus.addListener({ onStreamingStarted: (event) => seen.push(`a${event.time}`) });
    bus.addListener({ onStreamingStarted: (event) => seen.push(`b${event.time}`) });
    bus.post(started(1));
    bus.post(started(2));
    expect(seen).to.deep.equal([]);
    await bus.drained();
    expect(seen).to.deep.equal(['a1', 'b1', 'a2', 'b2']);
    bus.post(started(3));
    await bus.drained();
    expect(seen.slice(4)).to.deep.equal(['a3', 'b3']);
  });

  it('calls the method that is for the event, on the listener itself', async () => {
    const { bus } = setUp();
    const seen: string[] = [];
    class Listener implements StreamingListener {
      readonly seen = seen;
      onStreamingStarted = () => this.seen.push('streamingStarted');
      onBatchSubmitted() {
        this.seen.push('batchSubmitted');
      }
      onBatchStarted() {
        this.seen.push('batchStarted');
      }
      onBatchCompleted() {
        this.seen.push('batchCompleted');
      }
      onOutputOperationStarted() {
        this.seen.push('outputOperationStarted');
      }
      onOutputOperationCompleted() {
        this.seen.push('outputOperationCompleted');
      }
      onReceiverStarted() {
        this.seen.push('receiverStarted');
      }
      onReceiverError() {
        this.seen.push('receiverError');
      }
      onReceiverStopped() {
        this.seen.push('receiverStopped');
      }
    }
    bus.addListener(new Listener());
    bus.addListener({});
    const output = new OutputOperationInfo({ batchTime: new Time(1000), id: 0, name: 'print', description: '' });
    const receiver = new ReceiverInfo({ streamId: 0, name: 'S-0', active: true, location: '', executorId: '0' });
    const events: StreamingEvent[] = [
      started(1),
      { type: 'batchSubmitted', batchInfo },
      { type: 'batchStarted', batchInfo },
      { type: 'outputOperationStarted', outputOperationInfo: output },
      { type: 'outputOperationCompleted', outputOperationInfo: output },
      { type: 'batchCompleted', batchInfo },
      { type: 'receiverStarted', receiverInfo: receiver },
      { type: 'receiverError', receiverInfo: receiver },
      { type: 'receiverStopped', receiverInfo: receiver },
    ];
    for (const event of events) bus.post(event);
    await bus.drained();
    expect(seen).to.deep.equal(events.map((event) => event.type));
  });

  it('logs what listeners throw or reject with, and goes on', async () => {
    const { bus, logged } = setUp();
    const { times, listener } = recorder();
    bus.addListener({
      onStreamingStarted() {
        throw new Error('thrown');
      },
    });
    bus.addListener({ onStreamingStarted: () => Promise.reject(new Error('rejected')) });
    bus.addListener(listener);
    bus.post(started(1));
    await bus.drained();
    await Promise.resolve();
    expect(times).to.deep.equal([1]);
    expect(logged.join()).to.include('thrown').and.include('rejected').and.include('streamingStarted');
  });

  it('knows when it is inside a listener', async () => {
    const { bus } = setUp();
    const seen: boolean[] = [];
    bus.addListener({ onStreamingStarted: () => seen.push(bus.isInsideListener()) });
    bus.post(started(1));
    expect(bus.isInsideListener()).to.equal(false);
    await bus.drained();
    expect(seen).to.deep.equal([true]);
    expect(bus.isInsideListener()).to.equal(false);
  });

  it('drops what is too much, with one line in the log', async () => {
    const { bus, logged } = setUp(3);
    const { times, listener } = recorder();
    bus.addListener(listener);
    for (let i = 0; i < 6; i++) bus.post(started(i));
    await bus.drained();
    expect(times).to.deep.equal([0, 1, 2]);
    expect(bus.droppedCount).to.equal(3);
    expect(logged).to.have.length(1);
    bus.post(started(7));
    await bus.drained();
    expect(times).to.deep.equal([0, 1, 2, 7]);
  });

  it('keeps the order across thousands of events, and delivers those posted by listeners', async () => {
    const { bus } = setUp();
    const { times, listener } = recorder();
    bus.addListener(listener);
    bus.addListener({ onStreamingStarted: (event) => (event.time === 0 ? bus.post(started(5000)) : undefined) });
    for (let i = 0; i < 5000; i++) bus.post(started(i));
    await bus.drained();
    expect(times).to.deep.equal(Array.from({ length: 5001 }, (_, i) => i));
  });

  it('forgets events while nobody listens, and those after a removal or stop', async () => {
    const { bus } = setUp();
    const { times, listener } = recorder();
    bus.post(started(1));
    bus.addListener(listener);
    bus.post(started(2));
    await bus.drained();
    bus.removeListener(listener);
    bus.removeListener(listener);
    bus.post(started(3));
    bus.addListener(listener);
    bus.post(started(4));
    await bus.stop();
    bus.post(started(5));
    await bus.drained();
    expect(times).to.deep.equal([2, 4]);
  });
});
