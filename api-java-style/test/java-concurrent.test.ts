import { expect } from 'chai';
import {
  AtomicBoolean,
  AtomicInteger,
  AtomicLong,
  AtomicReference,
  CountDownLatch,
  JString,
  Random,
  Semaphore,
  StringBuilder,
  Thread,
} from '../index.ts';
import { codesOf } from './codes-of.ts';

/** What goes to standard error meanwhile. */
async function standardError(f: () => Promise<void>): Promise<string> {
  const write = process.stderr.write;
  let text = '';
  process.stderr.write = (chunk: unknown) => (text += String(chunk)) !== '';
  try {
    await f();
  } finally {
    process.stderr.write = write;
  }
  return text;
}

describe('Thread', () => {
  it('runs beside whoever starts it: a function, an object, or what a class says', async () => {
    const order: string[] = [];
    class Mine extends Thread {
      override async run(): Promise<void> {
        order.push(`mine of ${this.getName()}`);
        await Promise.resolve();
        order.push('end of mine');
      }
    }
    const threads = [
      new Thread(() => order.push('function')),
      new Thread({ run: () => order.push('object') }, 'named'),
      new Mine('m'),
    ];
    for (const thread of threads) thread.start();
    order.push('main');
    expect(threads.map((thread) => thread.isAlive())).to.deep.equal([true, true, true]);
    for (const thread of threads) await thread.join();
    expect(order).to.deep.equal(['main', 'function', 'object', 'mine of m', 'end of mine']);
    expect(threads.map((thread) => thread.isAlive())).to.deep.equal([false, false, false]);
    expect([threads[1]!.getName(), String(threads[2])]).to.deep.equal(['named', 'Thread[m]']);
  });

  it('says what ends it, and the program goes on', async () => {
    const thread = new Thread(() => Promise.reject(new Error('no such luck')), 'unlucky');
    const text = await standardError(async () => {
      thread.start();
      await thread.join();
    });
    expect(text).to.match(/^Exception in thread "unlucky" Error: no such luck\n/);
    expect(thread.isAlive()).to.equal(false);
  });

  it('is started once, and joined in vain before', async () => {
    const thread = new Thread();
    await thread.join();
    thread.start();
    expect(codesOf(() => thread.start())).to.deep.equal(['OPTIONS_INVALID']);
    await thread.join();
  });
});

describe('java.util.concurrent', () => {
  it('has atomic values', () => {
    const count = new AtomicLong();
    expect([count.getAndAdd(5), count.addAndGet(2), count.incrementAndGet(), count.getAndIncrement()]).to.deep.equal([
      0, 7, 8, 8,
    ]);
    expect([count.decrementAndGet(), count.getAndDecrement(), count.getAndSet(1), count.get()]).to.deep.equal([
      8, 8, 7, 1,
    ]);
    expect(count.accumulateAndGet(41, (a, b) => a + b)).to.equal(42);
    expect([count.compareAndSet(41, 0), count.compareAndSet(42, 6), count.get()]).to.deep.equal([false, true, 6]);
    expect(JString.valueOf([count, new AtomicInteger(3), new AtomicBoolean(), new AtomicReference()])).to.equal(
      '[6, 3, false, null]',
    );
    const last = new AtomicReference<string[]>([]);
    last.set(['a']);
    expect([last.updateAndGet((list) => [...list, 'b']), last.getAndSet([]), last.get()]).to.deep.equal([
      ['a', 'b'],
      ['a', 'b'],
      [],
    ]);
  });

  it('lets through a semaphore in the order of those who wait', async () => {
    const semaphore = new Semaphore(1);
    const order: string[] = [];
    await semaphore.acquire();
    const two = semaphore.acquire(2).then(() => order.push('two'));
    const one = semaphore.acquire().then(() => order.push('one'));
    semaphore.release();
    expect([semaphore.tryAcquire(), semaphore.availablePermits()]).to.deep.equal([false, 1]);
    semaphore.release(2);
    await Promise.all([two, one]);
    expect(order).to.deep.equal(['two', 'one']);
    expect([semaphore.availablePermits(), semaphore.tryAcquire()]).to.deep.equal([0, false]);
  });

  it('opens a latch when all have counted down', async () => {
    const latch = new CountDownLatch(2);
    let isOpen = false;
    const opened = latch.await().then(() => {
      isOpen = true;
    });
    latch.countDown();
    await Promise.resolve();
    expect([isOpen, latch.getCount()]).to.deep.equal([false, 1]);
    latch.countDown();
    latch.countDown();
    await opened;
    expect([isOpen, latch.getCount()]).to.deep.equal([true, 0]);
    await new CountDownLatch(0).await();
    expect(codesOf(() => new CountDownLatch(-1))).to.deep.equal(['OPTIONS_INVALID']);
  });
});

describe('Random', () => {
  // What Java 17 gives: nextInt(), nextInt(10), (16), (2000000000), nextDouble, nextFloat, nextBoolean, nextGaussian twice, nextInt(100).
  const drawn: [seed: number, ...values: unknown[]][] = [
    [
      42,
      -1170105035,
      3,
      10,
      102948884,
      0.30871945533265976,
      0.27707845,
      true,
      0.2809776380727795,
      0.6846227956326554,
      76,
    ],
    [
      -7,
      1155869324,
      7,
      10,
      1119890478,
      0.14642584103164424,
      0.3155672,
      false,
      -1.419203736133789,
      0.04629581744883211,
      95,
    ],
    [
      0,
      -1155484576,
      8,
      3,
      1302116447,
      0.6374174253501083,
      0.550437,
      false,
      0.9845745328825128,
      -1.6834122587673428,
      73,
    ],
    [
      9007199254740991,
      1155099827,
      5,
      0,
      1176895439,
      0.6620844841121951,
      0.41643828,
      false,
      0.4869392448030407,
      0.4568888042977182,
      17,
    ],
  ];
  for (const [seed, ...values] of drawn) {
    it(`draws Java's numbers for the seed ${seed}`, () => {
      const random = new Random(seed);
      const own = [random.nextInt(), random.nextInt(10), random.nextInt(16), random.nextInt(2000000000)];
      const more = [random.nextDouble(), random.nextFloat(), random.nextBoolean(), random.nextGaussian()];
      const all = [...own, ...more, random.nextGaussian(), random.nextInt(100)];
      for (const [i, value] of values.entries()) {
        if (typeof value === 'number') expect(all[i]).to.be.closeTo(value, i === 5 ? 1e-7 : 1e-14);
        else expect(all[i]).to.equal(value);
      }
    });
  }
  it('begins anew by a seed, and differs without one', () => {
    const random = new Random(1);
    const first = [random.nextGaussian(), random.nextInt()];
    random.setSeed(1);
    expect([random.nextGaussian(), random.nextInt()]).to.deep.equal(first);
    expect(new Random().nextDouble()).to.not.equal(new Random().nextDouble());
    expect([codesOf(() => random.nextInt(0)), codesOf(() => new Random(0.5))]).to.deep.equal([
      ['OPTIONS_INVALID'],
      ['OPTIONS_INVALID'],
    ]);
  });
});

describe('StringBuilder', () => {
  it('does what Java does', () => {
    const builder = new StringBuilder('abc').append(1).append(true).append(null).insert(1, 'X').reverse();
    builder.deleteCharAt(0).setLength(6);
    expect([String(builder), builder.length()]).to.deep.equal(['luneur', 6]);
    builder.setCharAt(0, 'L');
    expect([builder.charAt(0), builder.indexOf('u'), builder.substring(4), builder.substring(0, 2)]).to.deep.equal([
      'L',
      1,
      'ur',
      'Lu',
    ]);
    expect(builder.replace(1, 99, 'ast').delete(0, 1).isEmpty()).to.equal(false);
    expect(JString.valueOf([builder, new StringBuilder(16)])).to.equal('[ast, ]');
    expect(() => builder.charAt(3)).to.throw(RangeError);
    expect(() => builder.insert(4, 'x')).to.throw(RangeError);
  });
});
