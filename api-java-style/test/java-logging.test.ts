import { expect } from 'chai';
import { errorCodes, getLogLevel, log, setLogger, setLogLevel } from '../../core/internal.ts';
import { Level, Logger, LoggerFactory, LogManager } from '../index.ts';

describe('Logger', () => {
  let lines: unknown[][];
  let before: ReturnType<typeof setLogger>;
  let level: string;
  beforeEach(() => {
    lines = [];
    level = setLogLevel('INFO');
    before = setLogger({ log: (...parts) => void lines.push(parts.filter((part) => part !== undefined)) });
  });
  afterEach(() => {
    for (const name of ['org', 'a.b']) Logger.getLogger(name).setLevel(null);
    LogManager.getRootLogger().setLevel(null);
    setLogger(before);
    setLogLevel(level);
  });

  it('writes to the log of the process, by its name', () => {
    const failure = new Error('broken');
    const logger = LoggerFactory.getLogger(class Counting {});
    logger.info('{} of {} words', 3, [1, 2]);
    logger.error('no luck', failure);
    logger.warn({ a: 1 });
    logger.debug('too fine');
    expect(lines).to.deep.equal([
      ['INFO', 'Counting', '3 of [1, 2] words'],
      ['ERROR', 'Counting', 'no luck', failure],
      ['WARN', 'Counting', '{a=1}'],
    ]);
    expect([logger.isInfoEnabled(), logger.isDebugEnabled(), logger.getLevel()]).to.deep.equal([true, false, null]);
  });

  it('makes the engine quiet and leaves the program its own log', () => {
    Logger.getLogger('org').setLevel(Level.OFF);
    log.error('JobScheduler', 'of the engine');
    Logger.getLogger('mine').info('of the program');
    expect(lines).to.deep.equal([['INFO', 'mine', 'of the program']]);
    expect(getLogLevel()).to.equal('OFF');
  });

  it('has levels by name, as far down as another is set', () => {
    LogManager.getRootLogger().setLevel(Level.ERROR);
    expect(getLogLevel()).to.equal('ERROR');
    Logger.getLogger('a.b').setLevel(Level.DEBUG);
    const debugged = ['a', 'a.b', 'a.b.c', 'a.bc'].filter((name) => Logger.getLogger(name).isDebugEnabled());
    expect(debugged).to.deep.equal(['a.b', 'a.b.c']);
    expect([getLogLevel(), Logger.getRootLogger().getName()]).to.deep.equal(['ERROR', 'root']);
  });

  it('refuses a level that there is not', () => {
    let codes: string[] = [];
    try {
      Logger.getRootLogger().setLevel(Level.toLevel('LOUD'));
    } catch (error) {
      codes = errorCodes(error);
    }
    expect(codes).to.deep.equal(['OPTIONS_INVALID']);
  });
});
