import { expect } from 'chai';
import { DStreamsError } from '../../../core/errors.ts';
import { describeForUser } from '../report-error.ts';

describe('what a user sees of an error', () => {
  const cause = new Error('why it happened');

  it('ends with its cause', () =>
    expect(describeForUser(new DStreamsError('IO_FAILED', 'no disk', { cause }))).to.match(
      /^IO_FAILED: no disk\n(?:.*\n)*Caused by: Error: why it happened/,
    ));

  // Those of esbuild and zod say the same again.
  for (const code of ['OPTIONS_INVALID', 'PROGRAM_FAILED'] as const) {
    it(`says ${code} once`, () =>
      expect(describeForUser(new DStreamsError(code, 'port: too large', { cause }))).not.to.contain('why it happened'));
  }
});
