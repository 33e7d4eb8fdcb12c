import { expect } from 'chai';
import { Time } from '../../time/time.ts';
import { BatchInfo, OutputOperationInfo, ReceiverInfo, StreamInputInfo } from '../batch-info.ts';
import { createLogger } from '../logger.ts';
import { StatsReportListener } from '../stats-report-listener.ts';

const batchTime = new Time(1000);

describe('BatchInfo', () => {
  it('knows its delays once their times have come', () => {
    const base = { batchTime, submissionTime: 1005 };
    const submitted = new BatchInfo(base);
    const started = new BatchInfo({ ...base, processingStartTime: 1010 });
    const completed = new BatchInfo({ ...base, processingStartTime: 1010, processingEndTime: 1040 });
    const delays = [submitted, started, completed].map((b) => [
      b.schedulingDelay(),
      b.processingDelay(),
      b.totalDelay(),
    ]);
    expect(delays).to.deep.equal([
      [undefined, undefined, undefined],
      [5, undefined, undefined],
      [5, 30, 35],
    ]);
    expect(completed.processingStartTime()).to.equal(1010);
    expect(completed.processingEndTime()).to.equal(1040);
    expect(completed.batchTime()).to.equal(batchTime);
    expect(submitted.submissionTime()).to.equal(1005);
  });

  it('sums the records of its inputs', () => {
    const inputs = new Map([
      [0, new StreamInputInfo(0, 3)],
      [1, new StreamInputInfo(1, 4, new Map([['Description', 'a.txt']]))],
    ]);
    const info = new BatchInfo({ batchTime, submissionTime: 0, inputs });
    expect(info.numRecords()).to.equal(7);
    expect(info.streamIdToInputInfo().get(1)?.metadataDescription()).to.equal('a.txt');
    expect(info.streamIdToInputInfo().get(0)?.metadataDescription()).to.equal(undefined);
    expect(info.streamIdToInputInfo().get(0)?.metadata().size).to.equal(0);
    expect(info.streamIdToInputInfo().get(1)?.inputStreamId()).to.equal(1);
    expect(new BatchInfo({ batchTime, submissionTime: 0 }).numRecords()).to.equal(0);
    expect(new BatchInfo({ batchTime, submissionTime: 0 }).outputOperationInfos().size).to.equal(0);
    expect(() => new StreamInputInfo(0, -1))
      .to.throw()
      .with.property('code', 'INVARIANT');
  });
});

describe('OutputOperationInfo and ReceiverInfo', () => {
  it('tell what they were made of', () => {
    const fields = { batchTime, id: 2, name: 'print at a.ts:1', description: 'd', startTime: 5 };
    const running = new OutputOperationInfo(fields);
    const failed = new OutputOperationInfo({ ...fields, endTime: 8, failureReason: 'no luck' });
    expect([running.duration(), running.failureReason(), running.endTime()]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    expect([failed.duration(), failed.failureReason(), failed.startTime()]).to.deep.equal([3, 'no luck', 5]);
    expect([failed.id(), failed.name(), failed.description(), Number(failed.batchTime())]).to.deep.equal([
      2,
      'print at a.ts:1',
      'd',
      1000,
    ]);
  });

  it('have an error time of -1 when there was no error', () => {
    const fields = { streamId: 1, name: 'SocketReceiver-1', active: true, location: 'here', executorId: 'driver' };
    const fine = new ReceiverInfo(fields);
    expect([fine.lastErrorTime(), fine.lastError(), fine.lastErrorMessage()]).to.deep.equal([-1, '', '']);
    expect([fine.streamId(), fine.name(), fine.active(), fine.location(), fine.executorId()]).to.deep.equal(
      Object.values(fields),
    );
    const bad = new ReceiverInfo({ ...fields, lastErrorMessage: 'm', lastError: 's', lastErrorTime: 9 });
    expect([bad.lastErrorTime(), bad.lastError(), bad.lastErrorMessage()]).to.deep.equal([9, 's', 'm']);
  });
});

describe('StatsReportListener', () => {
  it('shows the spread of the last batches only', () => {
    const lines: string[] = [];
    const log = createLogger({ log: (_level, _source, message) => void lines.push(message) }, () => 'ALL');
    const listener = new StatsReportListener(2, log);
    for (const takesMs of [1000, 10, 30]) {
      const batchInfo = new BatchInfo({
        batchTime,
        submissionTime: 0,
        processingStartTime: 5,
        processingEndTime: 5 + takesMs,
      });
      listener.onBatchCompleted({ type: 'batchCompleted', batchInfo });
    }
    expect(lines.slice(-6)).to.deep.equal([
      'Total delay: (count: 2, mean: 25.000000, stdev: 10.000000, max: 35.000000, min: 15.000000)',
      '\t0%\t5%\t10%\t25%\t50%\t75%\t90%\t95%\t100%',
      '\t15 ms\t15 ms\t15 ms\t15 ms\t35 ms\t35 ms\t35 ms\t35 ms\t35 ms',
      'Processing time: (count: 2, mean: 20.000000, stdev: 10.000000, max: 30.000000, min: 10.000000)',
      '\t0%\t5%\t10%\t25%\t50%\t75%\t90%\t95%\t100%',
      '\t10 ms\t10 ms\t10 ms\t10 ms\t30 ms\t30 ms\t30 ms\t30 ms\t30 ms',
    ]);
  });

  it('says nothing of a batch without times', () => {
    const lines: string[] = [];
    const log = createLogger({ log: (_level, _source, message) => void lines.push(message) }, () => 'ALL');
    const batchInfo = new BatchInfo({ batchTime, submissionTime: 0 });
    new StatsReportListener(2, log).onBatchCompleted({ type: 'batchCompleted', batchInfo });
    expect(lines).to.deep.equal([]);
  });
});
