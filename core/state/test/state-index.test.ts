import { expect } from 'chai';
import fc from 'fast-check';
import { StateIndex } from '../state-index.ts';
import { hashOfText } from '../string-slots.ts';

/** Slots as a `Map` would give them; keys are texts and whole numbers. */
function check(keys: readonly unknown[]): void {
  const index = new StateIndex();
  const model = new Map<unknown, number>();
  for (const key of keys) {
    expect(index.find(key)).to.equal(model.get(key));
    if (!model.has(key)) model.set(key, model.size);
    expect(index.slotOf(key)).to.equal(model.get(key));
  }
  expect(index.slotCount).to.equal(model.size);
  for (const [key, slot] of model) {
    expect(index.find(key)).to.equal(slot);
    expect(index.keyAt(slot)).to.equal(key);
  }
  const wanted = [...model.keys(), 'no such key', '', 7.5];
  const slots = index.findAll(wanted);
  for (const [i, key] of wanted.entries()) {
    // -1 of a key that is no text means nothing.
    if (typeof key === 'string') expect(slots[i]).to.equal(model.get(key) ?? -1);
    else expect(slots[i]).to.equal(-1);
  }
}

describe('StateIndex', () => {
  it('gives slots as a Map would', () =>
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.integer({ max: 9 }))), (keys) => {
        check(keys);
      }),
    ));

  it('of keys by the thousand', () => check(Array.from({ length: 20_000 }, (_, i) => `key-${(i * 7) % 15_000}`)));

  it('of keys whose hashes collide on purpose', () => {
    const keys: string[] = [];
    for (let i = 0; keys.length < 300; i++) if ((hashOfText(`k${i}`) & 0xfff) === 0) keys.push(`k${i}`);
    check([...keys, ...Array.from({ length: 1000 }, (_, i) => `other ${i}`), ...keys]);
  });

  it('finds nothing where there is nothing', () => {
    expect([...new StateIndex().findAll(['a', 1])]).to.deep.equal([-1, -1]);
    expect(new StateIndex().find('a')).to.equal(undefined);
  });
});
