import type { Batches, Case, Observation, PrintCase } from './case.ts';
import { isPrintCase } from './case.ts';
import { compareValues, type Value } from './values.ts';

export type Verdict = 'passed' | 'failed' | 'unsupported';

export interface Checked {
  readonly verdict: Verdict;
  /** What is wrong, or worth knowing. */
  readonly note?: string;
}

/** Spark lets a window of no length through; nobody can want it, so it is refused, and that is what is checked. */
const isWindowOfNothing = ({ stream }: Case): boolean =>
  typeof stream === 'object' && stream.steps.some(([operator, windowMs]) => operator === 'window' && windowMs === 0);

/** Compares what was observed with what was recorded. */
export function check(one: Case | PrintCase, observation: Observation): Checked {
  const { unsupported, observedError, observed } = observation;
  if (unsupported !== undefined) return { verdict: 'unsupported', note: unsupported };
  if (isPrintCase(one)) {
    if (observedError !== undefined) return failed(`failed: ${observedError.code}: ${observedError.message}`);
    const { observedFiles } = observation;
    if (observedFiles !== undefined) {
      const byName = (files: object = {}) => JSON.stringify(Object.entries(files).sort());
      return byName(one.files) === byName(observedFiles) ? PASSED : failed(difference(one.files, observedFiles));
    }
    return observation.observedText === one.text ? PASSED : failed(difference(one.text, observation.observedText));
  }
  if (isWindowOfNothing(one)) {
    const isRefused = observedError?.at === 'build' && observedError.code === 'WINDOW_INVALID';
    return isRefused
      ? { verdict: 'passed', note: 'refused on purpose: WINDOW_INVALID' }
      : failed('the window of no length was not refused');
  }
  const { expectedError, expected } = one;
  if (observedError !== undefined && expectedError === undefined) {
    return failed(`failed at ${observedError.at}: ${observedError.code}: ${observedError.message}`);
  }
  if (expectedError !== undefined) {
    const at = `${expectedError.at}${expectedError.timeMs === undefined ? '' : ` of ${expectedError.timeMs} ms`}`;
    if (observedError === undefined) return failed(`did not fail; it should at ${at}`);
    if (observedError.at !== expectedError.at || observedError.timeMs !== expectedError.timeMs) {
      return failed(
        `failed at ${observedError.at} of ${observedError.timeMs} ms, and should at ${at}: ${observedError.message}`,
      );
    }
  }
  const wrong = firstDifference(expected, observed);
  if (wrong !== undefined) return failed(wrong);
  if (one.expectedSlices !== undefined && !same(one.expectedSlices, observation.observedSlices)) {
    return failed(`slices: ${difference(one.expectedSlices, observation.observedSlices)}`);
  }
  return PASSED;
}

const PASSED: Checked = { verdict: 'passed' };
const failed = (note: string): Checked => ({ verdict: 'failed', note });
const difference = (expected: unknown, observed: unknown): string =>
  `expected ${JSON.stringify(expected)}, got ${JSON.stringify(observed)}`;

const same = (a: unknown, b: unknown): boolean => b !== undefined && compareValues(a as Value, b as Value) === 0;

function firstDifference(expected: Batches, observed: Batches): string | undefined {
  for (let i = 0; i < Math.max(expected.length, observed.length); i++) {
    const [want, got] = [expected[i], observed[i]];
    if (want === undefined || got === undefined || !same(want, got)) return difference(want, got);
  }
  return undefined;
}
