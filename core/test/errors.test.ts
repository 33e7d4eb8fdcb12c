import { expect } from 'chai';
import { invariant, unreachable } from '../assert.ts';
import { DStreamsError, ERROR_KINDS, errorCodes, isDStreamsError, messageOf, toError } from '../errors.ts';

describe('DStreamsError', () => {
  it('carries code, kind, details and cause', () => {
    const cause = new Error('disk full');
    const error = new DStreamsError('IO_FAILED', 'cannot write', { cause, details: { path: '/x' } });
    expect(error).to.be.instanceOf(Error);
    expect(error.name).to.equal('DStreamsError');
    expect(error.code).to.equal('IO_FAILED');
    expect(error.kind).to.equal('environment');
    expect(error.cause).to.equal(cause);
    expect(error.details).to.deep.equal({ path: '/x' });
  });

  it('is recognised by code', () => {
    const error = new DStreamsError('UNSUPPORTED', 'no');
    expect(isDStreamsError(error)).to.equal(true);
    expect(isDStreamsError(error, 'UNSUPPORTED')).to.equal(true);
    expect(isDStreamsError(error, 'IO_FAILED')).to.equal(false);
    expect(isDStreamsError({ code: 'UNSUPPORTED' })).to.equal(false);
  });

  it('has a kind for every code, and names codes in capitals', () => {
    for (const [code, kind] of Object.entries(ERROR_KINDS)) {
      expect(code).to.match(/^[A-Z][A-Z0-9_]*$/);
      expect(['user', 'environment', 'bug']).to.include(kind);
    }
  });
});

describe('errorCodes', () => {
  it('follows causes and aggregates, each code once, and survives a cycle', () => {
    const inner = new DStreamsError('WORKER_LOST', 'gone');
    const both = new AggregateError([inner, new DStreamsError('IO_FAILED', 'x'), 'text']);
    const outer = new DStreamsError('BATCH_FAILED', 'batch', { cause: both });
    inner.cause = outer;
    expect(errorCodes(outer)).to.deep.equal(['BATCH_FAILED', 'WORKER_LOST', 'IO_FAILED']);
    expect(errorCodes('text')).to.deep.equal([]);
  });
});

describe('messageOf and toError', () => {
  it('take whatever user code throws', () => {
    const untextual = Object.create(null);
    expect(messageOf(new Error('a'))).to.equal('a');
    expect(messageOf(7)).to.equal('7');
    expect(messageOf(undefined)).to.equal('undefined');
    expect(messageOf(untextual)).to.be.a('string');
    const error = new Error('b');
    expect(toError(error)).to.equal(error);
    expect(toError('c')).to.include({ message: 'c', cause: 'c' });
  });
});

describe('invariant', () => {
  it('throws INVARIANT only when the condition does not hold', () => {
    expect(() => invariant(1, 'fine')).not.to.throw();
    expect(() => invariant(0, 'broken'))
      .to.throw(DStreamsError, 'broken')
      .with.property('kind', 'bug');
    expect(() => unreachable('x' as never, 'case'))
      .to.throw(DStreamsError)
      .with.property('code', 'INVARIANT');
  });
});
