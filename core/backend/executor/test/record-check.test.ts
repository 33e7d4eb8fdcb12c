import { expect } from 'chai';
import { createCodec, createRegistry, Tuple2 } from '../../../data/index.ts';
import { RecordCheck } from '../record-check.ts';

class Money {
  constructor(readonly cents: number) {}
}

describe('RecordCheck', () => {
  const kept = [
    { name: 'primitives', records: ['a', 1, null, undefined, true, 1n] },
    { name: 'arrays and plain objects', records: [['a', 1], { a: 1 }, Object.create(null)] },
    { name: 'built-in classes', records: [new Date(0), new Map(), new Tuple2('a', 1), new Uint8Array(1)] },
  ];
  for (const { name, records } of kept) {
    it(`lets ${name} through`, () => new RecordCheck(createCodec(createRegistry())).check(records, 'map'));
  }

  const refused = [
    { name: 'an instance', records: ['a', new Money(1)] },
    { name: 'an instance in a pair', records: [['k', new Money(1)]] },
    { name: 'an instance in a list of values', records: ['k', [new Money(1), new Money(2)]] },
  ];
  for (const { name, records } of refused) {
    it(`refuses ${name} of an unregistered class, by name and place`, () => {
      const check = new RecordCheck(createCodec(createRegistry()));
      expect(() => check.check(records, 'groupByKey (uid groupByKey-0)'))
        .to.throw(/Money/)
        .with.property('code', 'RECORD_NOT_SERIALIZABLE');
      expect(() => check.check(records, 'groupByKey (uid groupByKey-0)')).to.throw(/groupByKey-0/);
    });
  }

  it('takes instances of a registered class', () => {
    const registry = createRegistry();
    registry.register(Money);
    new RecordCheck(createCodec(registry)).check([new Money(1), new Money(2)], 'map');
  });
});
