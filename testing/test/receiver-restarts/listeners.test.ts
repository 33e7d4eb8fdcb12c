import { expect } from 'chai';
import {
  JIterator,
  Receiver,
  type ReceiverInfo,
  StorageLevels,
  StreamingListener,
  type StreamingListenerBatchCompleted,
  type StreamingListenerReceiverError,
  type StreamingListenerReceiverStarted,
  type StreamingListenerReceiverStopped,
} from '../../../api-java-style/index.ts';
import { createTestContext, MemoryDisk, type TestContext } from '../../index.ts';

const TURNS = 50;
const RESTART_DELAY_MS = 2000;

class Hand extends Receiver<string> {
  override onStart(): void {}
  override onStop(): void {}
}

/** What it is told: of receivers, of the start, and of batches that have ended. */
class Told extends StreamingListener {
  readonly lines: string[] = [];
  override onStreamingStarted(): void {
    this.lines.push('streamingStarted');
  }
  override onReceiverStarted(started: StreamingListenerReceiverStarted): void {
    this.receiver('receiverStarted', started.receiverInfo());
  }
  override onReceiverError(reported: StreamingListenerReceiverError): void {
    this.receiver('receiverError', reported.receiverInfo());
  }
  override onReceiverStopped(stopped: StreamingListenerReceiverStopped): void {
    this.receiver('receiverStopped', stopped.receiverInfo());
  }
  override onBatchCompleted(completed: StreamingListenerBatchCompleted): void {
    this.lines.push(`completed ${completed.batchInfo().batchTime().milliseconds()}`);
  }
  private receiver(what: string, info: ReceiverInfo): void {
    const error = info.lastError().split('\n')[0]!;
    const time = info.lastErrorTime() < 0 ? 'never' : `at ${info.lastErrorTime()}`;
    this.lines.push(`${what} ${info.name()} ${info.active()} [${info.lastErrorMessage()}] {${error}} ${time}`);
  }
}

async function turns(t: TestContext): Promise<void> {
  for (let turn = 0; turn < TURNS; turn++) await t.clock.yield();
}

/** Recorded from Spark Streaming 3.5.7, but for the class of the error, and the times of errors: see docs/differences.md. */
describe('what listeners learn of receivers, as from Spark 3.5.7', () => {
  let disk: MemoryDisk;
  beforeEach(() => {
    disk = new MemoryDisk({ now: () => 0 });
  });

  function life(nowMs: number, recovers: boolean): { t: TestContext; hand: Hand; lines: string[] } {
    const conf = { 'spark.streaming.receiver.writeAheadLog.enable': 'true' };
    const t = createTestContext({ batchMs: 1000, checkpointDir: '/checkpoint', disk, nowMs, recovers, conf });
    const hand = new Hand(StorageLevels.MEMORY_AND_DISK_SER);
    t.jssc.receiverStream(hand).foreachRDD(() => {});
    const told = new Told();
    t.jssc.addStreamingListener(told);
    return { t, hand, lines: told.lines };
  }

  it('started again and stopped, with an error and without one', async () => {
    const { t, hand, lines } = life(0, false);
    await t.run(0);
    const again = async (): Promise<void> => {
      await turns(t);
      t.clock.advance(RESTART_DELAY_MS);
      await turns(t);
    };
    hand.restart('again');
    await again();
    hand.restart('again', new Error('because'));
    await again();
    hand.reportError('trouble', null as never);
    hand.reportError('trouble', new Error('because'));
    hand.stop('enough', new Error('because'));
    await turns(t);
    await t.stop();
    expect(lines.filter((line) => !line.startsWith('completed'))).to.deep.equal([
      'streamingStarted',
      'receiverStarted Hand-0 true [] {} never',
      'receiverStopped Hand-0 false [Restarting receiver with delay 2000ms: again] {} never',
      'receiverStarted Hand-0 true [] {} never',
      'receiverStopped Hand-0 false [Restarting receiver with delay 2000ms: again] {Error: because} at 2000',
      'receiverStarted Hand-0 true [] {} never',
      'receiverError Hand-0 true [trouble] {} at 4000',
      'receiverError Hand-0 true [trouble] {Error: because} at 4000',
      'receiverStopped Hand-0 false [enough] {Error: because} at 4000',
    ]);
  });

  it('a stop, and a restart after it', async () => {
    const first = life(0, false);
    await first.t.run(1);
    await first.hand.store(new JIterator(['a']));
    await first.t.stop();
    expect(first.lines).to.deep.equal([
      'streamingStarted',
      'receiverStarted Hand-0 true [] {} never',
      'completed 1000',
      'receiverStopped Hand-0 false [Stopped by driver] {} never',
    ]);
    const again = life(3500, true);
    await again.t.run(1);
    await again.t.stop();
    expect(again.lines).to.deep.equal([
      'streamingStarted',
      'receiverStarted Hand-0 true [] {} never',
      ...['completed 2000', 'completed 3000', 'completed 4000'],
      'receiverStopped Hand-0 false [Stopped by driver] {} never',
    ]);
  });
});
