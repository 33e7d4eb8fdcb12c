import { expect } from 'chai';
import fc from 'fast-check';
import { needs } from '../../bin/test/needs.ts';
import { revive } from '../protocol/values.ts';
import { JVM, javaClasses } from './java.ts';
import { type Driver, processDriver } from './scenario/driver.ts';

describe('values in the Java client', function () {
  this.timeout(60_000);
  let driver: Driver;

  before(function () {
    needs(this, 'java');
    driver = processDriver('java', [...JVM, '-cp', javaClasses(), 'dstreams.client.ScenarioDriver']);
  });
  after(() => driver?.end());

  /** The text as Java writes it once it has read it, directly and by way of msgpack; undefined where it refuses it. */
  const again = async (text: string) => {
    const { ok, error } = (await driver.ask({ do: 'json', text })) as {
      ok?: { text: string; back: string };
      error?: any;
    };
    if (error !== undefined) expect(error.code).to.equal('INVALID');
    return ok;
  };

  /** As JavaScript reads it: integers beyond what a number holds exactly become the nearest number. */
  const read = (text: string) => revive(JSON.parse(text), false);
  const rounded = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (_, item) => (typeof item === 'bigint' ? Number(item) : item)));

  it('are those of any JSON text', () =>
    fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 6, stringUnit: 'binary' }), fc.boolean(), async (value, isWide) => {
        const text = JSON.stringify(value, null, isWide ? 2 : 0);
        fc.pre(!/"(__proto__|constructor|prototype|\$[ibf])"/.test(text)); // Refused, or forms of other values.
        const { text: plain, back } = (await again(text))!;
        const meant = rounded(JSON.parse(text));
        expect(rounded(read(plain))).to.deep.equal(meant);
        expect(rounded(read(back))).to.deep.equal(meant);
      }),
    ));

  const kept = [
    '{"$i":"123456789012345678901234567890"}',
    '{"$b":"AP8="}',
    '{"$f":"NaN"}',
    '"\\ud800"',
    '[[],{},"\\u0000\\"\\\\"]',
    '-0.0',
    '1.0E100',
  ];
  for (const text of kept) it(`keeps ${text}`, async () => expect((await again(text))!.text).to.equal(text));

  const forms = [
    { text: '{"$i":"12"}', becomes: '12' },
    { text: '9007199254740993', becomes: '{"$i":"9007199254740993"}' },
    { text: '"\\/\\u00e4\\ud83d\\ude00"', becomes: '"/ä😀"' },
    { text: ' [ 1 , 2.50 ] ', becomes: '[1,2.5]' },
    { text: '{"$i":"1x"}', becomes: '{"$i":"1x"}' },
  ];
  for (const { text, becomes } of forms)
    it(`writes ${text} as ${becomes}`, async () => expect((await again(text))!.text).to.equal(becomes));

  const refused = [
    '', ' ', '01', '1.', '.5', '+1', '-', '1e', 'NaN', 'tru', 'nullx', '[1,]', '[1 2]', '[', '{"a" 1}', '{"a":1,}', '{a:1}',
    '{"a":1', "'a'", '"a', '"\\x"', '"\\u12g4"', '"\\u12"', '"a\nb"', '1 2', '\ufeff1', `${'['.repeat(33)}${']'.repeat(33)}`,
    '1'.repeat(5000),
  ]; // biome-ignore format: a table
  it('come of nothing that is no JSON', async () => {
    for (const text of refused) expect(await again(text), JSON.stringify(text)).to.equal(undefined);
  });

  it('may be nested as deep as is allowed', async () => {
    const text = `${'['.repeat(31)}${']'.repeat(31)}`;
    expect((await again(text))!.text).to.equal(text);
  });
});
