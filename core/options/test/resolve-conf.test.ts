import { expect } from 'chai';
import fc from 'fast-check';
import { createLogger } from '../../metrics/logger.ts';
import { CONF_KEYS, type ConfKey } from '../conf-keys.ts';
import { parseBytes } from '../conf-values.ts';
import { editDistance, nearestName } from '../nearest.ts';
import { forgetConfWarnings, type ResolvedConf, resolveConf } from '../resolve-conf.ts';
import { type ConfValue, SparkConf } from '../spark-conf.ts';

const warnings: string[] = [];
const log = createLogger({ log: (_level, _source, message) => void warnings.push(message) }, () => 'ALL');
const resolve = (entries: Record<string, ConfValue>): ResolvedConf =>
  resolveConf(new SparkConf(false).setAll(entries), log);

describe('resolveConf', () => {
  beforeEach(() => {
    warnings.length = 0;
    forgetConfWarnings();
  });

  it('has the defaults of Spark where they are the same', () => {
    const settings = resolve({});
    const blockIntervalMs: number = settings.blockIntervalMs;
    const gracefulStopTimeoutMs: number | undefined = settings.gracefulStopTimeoutMs;
    expect([blockIntervalMs, gracefulStopTimeoutMs]).to.deep.equal([200, undefined]);
    expect(settings).to.include({
      concurrentJobs: 1,
      receiverRestartDelayMs: 2000,
      blockQueueSize: 10,
      unpersist: true,
      stopGracefullyOnShutdown: false,
      stopSparkContextByDefault: true,
      fileStreamMinRememberMs: 60_000,
      retainedBatches: 1000,
      backpressureEnabled: false,
      backpressureMinRate: 100,
      receiverWalRollingMs: 60_000,
      blockBytesMax: 1024 ** 3,
      lineBytesMax: 16 * 1024 ** 2,
      frameBytesMax: 64 * 1024 ** 2,
      logLevel: 'INFO',
      defaultParallelism: undefined,
    });
    expect(Object.isFrozen(settings)).to.equal(true);
    expect(warnings).to.deep.equal([]);
  });

  const values: [string, ConfValue, keyof ResolvedConf, unknown][] = [
    ['spark.streaming.blockInterval', '50', 'blockIntervalMs', 50],
    ['spark.streaming.blockInterval', '1s', 'blockIntervalMs', 1000],
    ['spark.cleaner.ttl', 3600, 'cleanerTtlMs', 3_600_000],
    ['spark.streaming.receiver.maxRate', '0', 'maxRate', Number.POSITIVE_INFINITY],
    ['spark.streaming.receiver.maxRate', '-1', 'maxRate', Number.POSITIVE_INFINITY],
    ['spark.streaming.receiver.maxRate', '500', 'maxRate', 500],
    ['spark.streaming.backpressure.enabled', true, 'backpressureEnabled', true],
    ['spark.streaming.backpressure.pid.proportional', '1e-3', 'backpressureProportional', 0.001],
    ['dstreams.memory.blockBytesMax', '64 KB', 'blockBytesMax', 65_536],
    ['dstreams.log.level', 'warn', 'logLevel', 'WARN'],
    ['spark.master', 'local[2]', 'master', 'local[2]'],
    ['spark.streaming.checkpoint.directory', '/tmp/c', 'checkpointDirectory', '/tmp/c'],
  ];
  for (const [key, text, setting, value] of values) {
    it(`reads ${key}=${text}`, () => expect(resolve({ [key]: text })[setting]).to.equal(value));
  }

  const invalid: [string, ConfValue][] = [
    ['spark.streaming.blockInterval', '0'],
    ['spark.streaming.blockInterval', 'soon'],
    ['spark.streaming.concurrentJobs', '0'],
    ['spark.streaming.concurrentJobs', '1.5'],
    ['spark.streaming.unpersist', 'yes'],
    ['spark.streaming.backpressure.rateEstimator', 'guess'],
    ['spark.streaming.backpressure.pid.proportional', '-0.1'],
    ['spark.streaming.backpressure.pid.minRate', '0'],
    ['spark.default.parallelism', '0'],
    ['spark.cleaner.ttl', '0'],
    ['dstreams.memory.blockBytesMax', '-1'],
    ['dstreams.memory.blockBytesMax', '1x'],
    ['dstreams.log.level', 'LOUD'],
    ['spark.app.name', ' '],
  ];
  for (const [key, text] of invalid) {
    it(`refuses ${key}=${text}, naming both`, () => {
      expect(() => resolve({ [key]: text }))
        .to.throw(`${key} is ${JSON.stringify(String(text))}`)
        .with.property('code', 'CONF_VALUE_INVALID');
    });
  }

  const unknown: [string, string][] = [
    ['spark.streaming.blockIntervall', 'did you mean spark.streaming.blockInterval?'],
    ['spark.streaming.backpresure.enabled', 'did you mean spark.streaming.backpressure.enabled?'],
    ['dstreams.worker.memoryMB2', 'did you mean dstreams.worker.memoryMb?'],
    ['dstreams.what', 'docs/configuration.md'],
    [`dstreams.${'x'.repeat(100_000)}`, 'docs/configuration.md'],
  ];
  for (const [key, advice] of unknown) {
    it(`refuses ${key.slice(0, 40)} with advice`, () => {
      expect(() => resolve({ [key]: '1' }))
        .to.throw(advice)
        .with.property('code', 'CONF_KEY_UNKNOWN');
    });
  }

  it('warns once for keys that mean nothing here', () => {
    const entries = { 'spark.serializer': 'x', 'spark.streaming.kafka.maxRetries': '1' };
    resolve(entries);
    resolve(entries);
    expect(warnings).to.have.length(2);
    expect(warnings.join()).to.include('spark.serializer').and.include('spark.streaming.kafka.maxRetries');
  });

  it('takes an old name for the new one, unless that is set', () => {
    const old = 'spark.streaming.minRememberDuration';
    expect(resolve({ [old]: '90s' }).fileStreamMinRememberMs).to.equal(90_000);
    const both = { [old]: '90s', 'spark.streaming.fileStream.minRememberDuration': '30' };
    expect(resolve(both).fileStreamMinRememberMs).to.equal(30_000);
    expect(warnings).to.have.length(1);
    expect(() => resolve({ [old]: 'x' }))
      .to.throw()
      .with.property('code', 'CONF_VALUE_INVALID');
  });
});

describe('CONF_KEYS', () => {
  it('have settings that differ, units and docs', () => {
    const keys = Object.entries<ConfKey>(CONF_KEYS);
    expect(new Set(keys.map(([, { setting }]) => setting)).size).to.equal(keys.length);
    for (const [name, { unit, doc }] of keys) {
      expect(unit, name).not.to.equal('');
      expect(doc, name).to.match(/^\S.*\.$/);
    }
  });
});

describe('parseBytes', () => {
  const cases: [string, number | undefined][] = [
    ['0', 0],
    ['10b', 10],
    ['1k', 1024],
    ['2 MB', 2 * 1024 ** 2],
    ['1g', 1024 ** 3],
    ['1T', 1024 ** 4],
    ['999999999999999t', undefined],
    ['1.5g', undefined],
    ['g', undefined],
    ['', undefined],
  ];
  for (const [text, bytes] of cases) {
    it(`reads ${JSON.stringify(text)}`, () => expect(parseBytes(text)).to.equal(bytes));
  }
});

describe('nearestName', () => {
  it('finds what is near and nothing else', () => {
    expect(nearestName('mastr', ['slave', 'master'])).to.equal('master');
    expect(nearestName('zzzzzz', ['slave', 'master'])).to.equal(undefined);
    expect(nearestName('', ['a'])).to.equal(undefined);
  });

  it('measures as recursion would', () => {
    const slow = (a: string, b: string): number =>
      a === '' || b === ''
        ? a.length + b.length
        : Math.min(
            slow(a.slice(1), b) + 1,
            slow(a, b.slice(1)) + 1,
            slow(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1),
          );
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 5 });
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(editDistance(a, b)).to.equal(slow(a, b));
      }),
    );
  });
});
