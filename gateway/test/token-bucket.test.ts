import { expect } from 'chai';
import { Rates } from '../server/token-bucket.ts';

describe('the rates of tokens', () => {
  it('are forgotten once that makes no difference', () => {
    const rates = new Rates();
    for (let i = 0; i < 1000; i++) rates.take(`early ${i}`, 10, 10, 0);
    expect(rates.size).to.equal(1000);
    expect(rates.take('early 999', 10, 10, 999)).to.equal(1);
    for (let i = 0; i < 1000; i++) rates.take(`late ${i}`, 10, 10, 1000);
    // Two were looked at for each that came: the late ones are not full.
    expect(rates.size).to.equal(1000);
    expect(rates.take('late 0', 10, 1, 1000)).to.equal(100);
    expect(rates.take('early 5', 10, 10, 1000)).to.equal(0);
  });
});
