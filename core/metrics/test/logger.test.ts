import { expect } from 'chai';
import { ManualClock } from '../../time/manual-clock.ts';
import {
  createLogger,
  createStderrLogger,
  describeError,
  formatLogLine,
  getLogLevel,
  LOG_LEVELS,
  log,
  setLogger,
  setLogLevel,
} from '../logger.ts';

describe('formatLogLine', () => {
  it("is the guide's form, in local time", () => {
    const epochMs = new Date(2012, 11, 31, 18, 47, 10, 447).getTime();
    expect(formatLogLine(epochMs, 'INFO', 'JobScheduler', 'Total delay: 0.447 s')).to.equal(
      '2012-12-31 18:47:10,447 INFO JobScheduler: Total delay: 0.447 s',
    );
  });

  it('ends with the stack of an error', () => {
    const error = new Error('no luck');
    expect(formatLogLine(0, 'ERROR', 'X', 'failed', error)).to.match(/failed\nError: no luck\n +at /);
    expect(formatLogLine(0, 'ERROR', 'X', 'failed', null).endsWith('failed\nnull')).to.equal(true);
  });
});

describe('describeError', () => {
  it('shows causes and parts, and ends on a circle', () => {
    const inner = new Error('inner');
    const outer = new Error('outer', { cause: new AggregateError([new Error('one'), inner, 'text'], 'several') });
    inner.cause = outer;
    const text = describeError(outer);
    for (const part of ['outer', 'Caused by: AggregateError: several', 'Part of it: Error: one', 'text']) {
      expect(text).to.include(part);
    }
  });
});

describe('createStderrLogger', () => {
  it('writes whole lines at its level and above', () => {
    const lines: string[] = [];
    const logger = createStderrLogger({ clock: new ManualClock(), level: 'WARN', write: (line) => lines.push(line) });
    logger.debug('A', '1');
    logger.info('A', '2');
    logger.warn('A', '3');
    logger.error('A', '4');
    logger.log('FATAL', 'A', '5');
    expect(lines.map((line) => line.split(' ').slice(2).join(' '))).to.deep.equal([
      'WARN A: 3\n',
      'ERROR A: 4\n',
      'FATAL A: 5\n',
    ]);
    expect([logger.isEnabled('INFO'), logger.isEnabled('WARN')]).to.deep.equal([false, true]);
  });

  for (const level of LOG_LEVELS) {
    it(`lets through at ${level} what is as severe`, () => {
      const seen: string[] = [];
      const logger = createLogger({ log: (l) => void seen.push(l) }, () => level);
      for (const l of ['TRACE', 'DEBUG', 'INFO', 'WARN', 'ERROR', 'FATAL'] as const) logger.log(l, 'A', 'x');
      expect(seen).to.have.length(Math.min(6, LOG_LEVELS.length - 1 - LOG_LEVELS.indexOf(level)));
    });
  }
});

describe('the log of the process', () => {
  const before = getLogLevel();
  let seen: string[] = [];

  beforeEach(() => {
    seen = [];
    setLogger({ log: (level, source, message) => void seen.push(`${level} ${source} ${message}`) });
    setLogLevel('info');
  });
  afterEach(() => {
    setLogger();
    setLogLevel(before);
  });

  it('goes where setLogger says, from then on', () => {
    log.info('A', 'x');
    const other: string[] = [];
    const previous = setLogger({ log: (_level, _source, message) => void other.push(message) });
    log.info('A', 'y');
    expect(setLogger(previous)).not.to.equal(previous);
    log.warn('A', 'z');
    expect(seen).to.deep.equal(['INFO A x', 'WARN A z']);
    expect(other).to.deep.equal(['y']);
  });

  it('follows setLogLevel, in any case of letters, and refuses unknown levels', () => {
    expect(setLogLevel('Error')).to.equal('INFO');
    log.warn('A', 'x');
    expect(seen).to.deep.equal([]);
    expect(() => setLogLevel('LOUD'))
      .to.throw()
      .with.property('code', 'OPTIONS_INVALID');
    expect(getLogLevel()).to.equal('ERROR');
  });

  it('survives a sink that throws', () => {
    setLogger({
      log() {
        throw new Error('broken');
      },
    });
    expect(() => log.error('A', 'x')).not.to.throw();
  });
});
