import { expect } from 'chai';
import { CONF_ALIASES, CONF_IGNORED, CONF_KEYS } from '../../../core/options/index.ts';
import { codeSpans, inventoryRows } from './rows.ts';

/** `a.{b,c}.d` is two keys; `.x` changes the end of the key before; `k` alone in prose is none. */
function keysOf(cell: string): string[] {
  const keys: string[] = [];
  for (const span of codeSpans(cell)) {
    if (span.startsWith('.')) keys.push(`${keys[0]!.slice(0, keys[0]!.lastIndexOf('.'))}${span}`);
    else {
      const choice = /^(.*)\{(.*)\}(.*)$/.exec(span);
      keys.push(...(choice === null ? [span] : choice[2]!.split(',').map((one) => `${choice[1]}${one}${choice[3]}`)));
    }
  }
  return keys;
}

const isKnown = (key: string): boolean =>
  key in CONF_KEYS ||
  key in CONF_ALIASES ||
  Object.keys(CONF_IGNORED).some((name) => key === name || (name.endsWith('.') && key.startsWith(name)));

describe('configuration keys and the list of the API', () => {
  for (const { section, cells } of inventoryRows()) {
    if (section !== '15') continue;
    for (const key of keysOf(cells[0]!)) {
      const advice = cells.at(-1)!;
      if (advice.startsWith('keep')) {
        it(`means something: ${key}`, () => expect(key in CONF_KEYS || key in CONF_ALIASES).to.equal(true));
      } else {
        // Keys outside of spark.streaming are all accepted.
        it(`is accepted: ${key}`, () => expect(isKnown(key) || !key.startsWith('spark.streaming.')).to.equal(true));
      }
    }
  }
});
