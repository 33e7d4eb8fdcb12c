import { expect } from 'chai';
import { errorCodes, STREAM } from '../../core/internal.ts';
import {
  Duration,
  Durations,
  Function2,
  Function3,
  Function4,
  HashPartitioner,
  type JavaPairDStream,
  JavaDStream,
  JavaMapWithStateDStream,
  JavaPairDStream as PairStream,
  JList,
  Optional,
  type State,
  StateSpec,
  type Time,
  Tuple2,
} from '../index.ts';
import { pairBatches, record, virtualContext } from './run.ts';

const TWO_SECONDS = Durations.seconds(2);
type Pairs = JavaPairDStream<string, number>;
type Total = Optional<number>;

const total = (values: Iterable<number>, state: Total): number => {
  let sum = state.orElse(0);
  for (const value of values) sum += value;
  return sum;
};

function stateContext(master?: string) {
  const t = virtualContext(master);
  t.ssc.checkpoint('checkpoints');
  return t;
}

/** What the stream holds in batches 1, 2 … of the input; rejects with the error of a batch. */
async function run(input: readonly string[], make: (s: Pairs, t: ReturnType<typeof stateContext>) => any) {
  const t = stateContext();
  const stream = make(pairBatches(t.ssc, input), t);
  const seen = record(stream);
  await t.run(input.length);
  const ended = t.ssc.awaitTermination().then(
    () => undefined,
    (error: unknown) => error,
  );
  await t.stop();
  const error = await ended;
  if (error !== undefined) throw error;
  return seen;
}

async function codesOf(promise: Promise<unknown>): Promise<readonly string[]> {
  return promise.then(
    () => [],
    (error: unknown) => errorCodes(error),
  );
}

describe('updateStateByKey', () => {
  class Update extends Function2<JList<number>, Total, Total> {
    override call(values: JList<number>, state: Total): Total {
      return Optional.of(total(values, state));
    }
  }
  const update = (values: JList<number>, state: Total): Total => Optional.of(total(values, state));
  const INPUT = ['a1 a2', 'b5', ''];
  const SEEN = ['[(a,3)]', '[(a,3), (b,5)]', '[(a,3), (b,5)]'];

  const cases: [name: string, make: (s: Pairs) => any][] = [
    ['(lambda)', (s) => s.updateStateByKey(update)],
    ['(Function2)', (s) => s.updateStateByKey(new Update())],
    ['(literal)', (s) => s.updateStateByKey({ call: update })],
    ['(f, n)', (s) => s.updateStateByKey(update, 1)],
    ['(f, partitioner)', (s) => s.updateStateByKey(update, new HashPartitioner(1))],
  ];
  for (const [name, make] of cases) {
    it(`${name} keeps a state by key`, async () => {
      expect(await run(INPUT, make)).to.deep.equal(SEEN);
      expect(make(pairBatches(virtualContext().ssc, []))).to.be.instanceOf(PairStream);
    });
  }

  it('starts from an initial state', async () => {
    const seen = await run(['a1', ''], (s, t) =>
      s.updateStateByKey(
        update,
        new HashPartitioner(1),
        t.ssc.sparkContext().parallelizePairs([new Tuple2('z', 9), new Tuple2('a', 4)]),
      ),
    );
    expect(seen).to.deep.equal(['[(z,9), (a,5)]', '[(z,9), (a,5)]']);
  });

  it('gives the function lists, empty ones too, and an Optional', async () => {
    const calls: string[] = [];
    await run(['a1 a2', ''], (s) =>
      s.updateStateByKey((values, state: Total) => {
        expect(values).to.be.instanceOf(JList);
        calls.push(`${values} ${state}`);
        return update(values, state);
      }, 1),
    );
    expect(calls).to.deep.equal(['[1, 2] Optional.empty', '[] Optional[3]']);
  });

  it('forgets the key when the result is absent', async () => {
    const seen = await run(['a1', '', 'a7'], (s) =>
      s.updateStateByKey((values, state: Total) => (values.isEmpty() ? Optional.absent() : update(values, state))),
    );
    expect(seen).to.deep.equal(['[(a,1)]', '[]', '[(a,7)]']);
  });

  for (const result of [null, undefined, 3]) {
    it(`fails the batch when the result is ${result}`, async () => {
      const codes = await codesOf(run(['a1'], (s) => s.updateStateByKey((() => result) as never)));
      expect(codes).to.include('OPTIONAL_EXPECTED');
    });
  }

  it('has as many partitions as asked for', async () => {
    const t = stateContext();
    const counts: number[] = [];
    for (const parts of [undefined, 3, new HashPartitioner(4)]) {
      pairBatches(t.ssc, ['a1'])
        .updateStateByKey(update, parts)
        .foreachRDD((rdd) => void counts.push(rdd.getNumPartitions()));
    }
    await t.run(1);
    await t.stop();
    expect(counts).to.deep.equal([1, 3, 4]);
  });

  it('needs a checkpoint directory', async () => {
    const t = virtualContext();
    pairBatches(t.ssc, ['a1']).updateStateByKey(update).print();
    expect(await codesOf(t.run(1))).to.deep.equal(['CHECKPOINT_DIR_MISSING']);
    await t.stop();
  });
});

describe('mapWithState', () => {
  const add = (key: string, value: Total, state: State<number>): string => {
    if (state.isTimingOut()) return `${key} out`;
    const sum = state.getOption().orElse(0) + value.orElse(0);
    state.update(sum);
    return `${key}${sum}`;
  };
  const addOdd = (time: Time, key: string, value: Total, state: State<number>): Optional<string> =>
    value.orElse(0) % 2 === 0 ? Optional.absent() : Optional.of(`${add(key, value, state)}@${time.milliseconds()}`);
  class Add extends Function3<string, Total, State<number>, string> {
    override call(key: string, value: Total, state: State<number>): string {
      return add(key, value, state);
    }
  }
  class AddOdd extends Function4<Time, string, Total, State<number>, Optional<string>> {
    // Its class says what it is, however its parameters are written.
    override call(...args: [Time, string, Total, State<number>]): Optional<string> {
      return addOdd(...args);
    }
  }
  const INPUT = ['a1 b2 a3', '', 'b5'];
  const EVERY = ['[a1, b2, a4]', '[]', '[b7]'];
  const ODD = ['[a1@1000, a4@1000]', '[]', '[b5@3000]'];

  const cases: [name: string, spec: () => StateSpec<string, number, number, string>, seen: string[]][] = [
    ['three parameters', () => StateSpec.function(add), EVERY],
    ['a Function3', () => StateSpec.function(new Add()), EVERY],
    ['a literal of three', () => StateSpec.function({ call: add }), EVERY],
    ['four parameters', () => StateSpec.function(addOdd), ODD],
    ['a Function4', () => StateSpec.function(new AddOdd()), ODD],
    ['a literal of four', () => StateSpec.function({ call: addOdd }), ODD],
    [
      'functionWithTime of rest parameters',
      () => StateSpec.functionWithTime((...args: Parameters<typeof addOdd>) => addOdd(...args)),
      ODD,
    ],
    ['functionWithTime of a Function4', () => StateSpec.functionWithTime(new AddOdd()), ODD],
    ['numPartitions', () => StateSpec.function(add).numPartitions(1), EVERY],
    ['partitioner', () => StateSpec.function(add).partitioner(new HashPartitioner(1)), EVERY],
  ];
  for (const [name, spec, seen] of cases) {
    it(`of ${name} gives ${seen.join(' ')}`, async () => {
      expect(await run(INPUT, (s) => s.mapWithState(spec()))).to.deep.equal(seen);
    });
  }

  it('gives a stream of values, and its state as pairs', async () => {
    const t = stateContext();
    const mapped = pairBatches(t.ssc, INPUT).mapWithState(StateSpec.function(add));
    const snapshots = mapped.stateSnapshots();
    const seen = record(snapshots);
    expect(mapped).to.be.instanceOf(JavaMapWithStateDStream).and.instanceOf(JavaDStream);
    expect(mapped).not.to.be.instanceOf(PairStream);
    expect(snapshots).to.be.instanceOf(PairStream);
    await t.run(3);
    await t.stop();
    expect(seen).to.deep.equal(['[(a,4), (b,2)]', '[(a,4), (b,2)]', '[(a,4), (b,7)]']);
  });

  it('has a uid and a checkpoint interval that are those of its state, and not of the snapshots', () => {
    const { ssc } = stateContext();
    const mapped = pairBatches(ssc, INPUT).mapWithState(StateSpec.function(add)).uid('sums').checkpoint(TWO_SECONDS);
    const { graph, node } = mapped.stateSnapshots().uid('all').checkpoint(Durations.seconds(4))[STREAM];
    const [state] = graph.parentsOf(node);
    expect([state, node].map((one) => graph.uidOf(one!))).to.deep.equal(['sums', 'all']);
    expect([state, node].map((one) => graph.settingsOf(one!).checkpointMs)).to.deep.equal([2000, 4000]);
  });

  it('gives a record for each call, null where a function of three returns nothing', async () => {
    const spec = StateSpec.function((_key: string, value: Total, _state: State<number>) =>
      value.orElse(0) > 1 ? value.get() : undefined,
    );
    expect(await run(['a1 a2'], (s) => s.mapWithState(spec))).to.deep.equal(['[null, 2]']);
  });

  it('starts from an initial state', async () => {
    const seen = await run(['a1'], (s, t) => {
      const initial = t.ssc.sparkContext().parallelizePairs([new Tuple2('a', 10), new Tuple2('z', 9)]);
      return s.mapWithState(StateSpec.function(add).initialState(initial)).stateSnapshots();
    });
    expect(seen).to.deep.equal(['[(a,11), (z,9)]']);
  });

  it('calls once more for a key that is idle too long, without a value', async () => {
    const seen = await run(['a1', 'b1', '', 'b1', ''], (s) =>
      s.mapWithState(StateSpec.function(add).timeout(TWO_SECONDS)).checkpoint(Durations.seconds(1)),
    );
    expect(seen).to.deep.equal(['[a1]', '[b1]', '[]', '[b2, a out]', '[]']);
  });

  it('has as many partitions as asked for: what was said last', async () => {
    const t = stateContext();
    const counts: number[] = [];
    for (const spec of [
      StateSpec.function(add),
      StateSpec.function(add).numPartitions(3),
      StateSpec.function(add).numPartitions(3).partitioner(new HashPartitioner(4)),
    ]) {
      const mapped = pairBatches(t.ssc, ['a1']).mapWithState(spec);
      mapped.foreachRDD((rdd) => void counts.push(rdd.getNumPartitions()));
      mapped.stateSnapshots().foreachRDD((rdd) => void counts.push(rdd.getNumPartitions()));
    }
    await t.run(1);
    await t.stop();
    expect(counts).to.deep.equal([1, 1, 3, 3, 4, 4]);
  });

  it('fails the batch when a function with time returns no Optional', async () => {
    const codes = await codesOf(run(['a1'], (s) => s.mapWithState(StateSpec.functionWithTime((() => 'a') as never))));
    expect(codes).to.include('OPTIONAL_EXPECTED');
  });

  const misuses: [name: string, code: string, make: (s: Pairs) => unknown][] = [
    ['an async function', 'ASYNC_FUNCTION', () => StateSpec.function((async () => 1) as never)],
    ['no function', 'OPTIONS_INVALID', () => StateSpec.function(7 as never)],
    ['no partitions', 'PARTITIONS_INVALID', () => StateSpec.function(add).numPartitions(0)],
    [
      'a timeout of no length',
      'DURATION_INVALID',
      (s) => s.mapWithState(StateSpec.function(add).timeout(new Duration(0))),
    ],
  ];
  for (const [name, code, make] of misuses) {
    it(`refuses ${name}: ${code}`, () => {
      const s = pairBatches(virtualContext().ssc, []);
      expect(() => make(s))
        .to.throw()
        .that.satisfies((e: unknown) => errorCodes(e)[0] === code);
    });
  }
});

describe('State', () => {
  const seenBy = async (look: (state: State<number>) => string, initial: number | undefined) => {
    const spec = StateSpec.function((_key: string, _value: Total, state: State<number>) => look(state));
    const [seen] = await run(['a1'], (s, t) => {
      if (initial !== undefined) {
        spec.initialState(t.ssc.sparkContext().parallelizePairs([new Tuple2('a', initial)]));
      }
      return s.mapWithState(spec);
    });
    return seen;
  };
  const cases: [name: string, looks: ((state: State<number>) => unknown)[], none: string, some: string][] = [
    ['exists', [(s) => s.exists()], 'false', 'true'],
    ['get', [(s) => s.get()], 'State is not set. Ask state.exists() first.', '7'],
    ['getOption', [(s) => s.getOption()], 'Optional.empty', 'Optional[7]'],
    ['isTimingOut', [(s) => s.isTimingOut()], 'false', 'false'],
    ['toString', [(s) => s.toString()], '<state not set>', '7'],
    ['update, get', [(s) => s.update(8), (s) => s.get()], '8', '8'],
    ['update, toString', [(s) => s.update(8), (s) => `${s}`], '8', '8'],
    ['remove, exists', [(s) => s.remove(), (s) => s.exists()], 'false', 'false'],
    [
      'remove, update',
      [(s) => s.remove(), (s) => s.update(1)],
      'Cannot update the state after it has been removed',
      'Cannot update the state after it has been removed',
    ],
    [
      'remove, remove',
      [(s) => s.remove(), (s) => s.remove()],
      'Cannot remove the state that has already been removed',
      'Cannot remove the state that has already been removed',
    ],
  ];
  for (const [name, looks, none, some] of cases) {
    it(`${name}: ${none} without a state, ${some} with 7`, async () => {
      const text = (state: State<number>): string => {
        try {
          return String(looks.map((look) => look(state)).at(-1));
        } catch (error) {
          return (error as Error).message;
        }
      };
      expect(await seenBy(text, undefined)).to.equal(`[${none}]`);
      expect(await seenBy(text, 7)).to.equal(`[${some}]`);
    });
  }

  it('takes no change while the key times out', async () => {
    const messages: string[] = [];
    await run(['a1', '', ''], (s) =>
      s
        .mapWithState(
          StateSpec.function((_key: string, value: Total, state: State<number>) => {
            if (!state.isTimingOut()) return state.update(1);
            expect(value.isPresent()).to.equal(false);
            for (const change of [() => state.update(2), () => state.remove()]) {
              expect(change)
                .to.throw()
                .that.satisfies((e: Error) => messages.push(e.message) > 0);
            }
          }).timeout(Durations.seconds(1)),
        )
        .checkpoint(Durations.seconds(1)),
    );
    expect(messages).to.deep.equal([
      'Cannot update the state that is timing out',
      'Cannot remove the state that is timing out',
    ]);
  });
});
