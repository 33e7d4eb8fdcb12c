import { expect } from 'chai';
import fc from 'fast-check';
import { StorageLevels } from '../../data/index.ts';
import { mapWithState, narrow, output, union, updateStateByKey } from '../../operator/index.ts';
import { HashPartitioner } from '../../rdd/index.ts';
import { reduceByKey } from '../../operator/by-key.ts';
import { EngineHarness } from '../../testing/harness.ts';
import { record } from '../../testing/recording.ts';
import { window } from '../../window/window.ts';
import { explain, fingerprint, firstDifference, reachable, retention, type StreamRef, validate } from '../index.ts';

const id = (stream: StreamRef): StreamRef => narrow(stream, 'map', 'map', [(x: unknown) => x], 'array');
const out = (stream: StreamRef): void => output(stream, 'foreachRDD', () => {}) as unknown as void;

describe('the stream graph', () => {
  let t: EngineHarness;
  beforeEach(() => {
    t = new EngineHarness({ batchMs: 1000 });
  });
  afterEach(() => t.stop());

  describe('retention', () => {
    it('is that of semantics §10.5: map → window(2, 1) → window(4, 2), remember 3 s', async () => {
      const mapped = id(t.input([], 1));
      const inner = window(mapped, 2000, 1000);
      const outer = window(inner, 4000, 2000);
      out(outer);
      const keep = retention(mapped.graph, 3000);
      expect([outer, inner, mapped].map(({ node }) => keep.get(node.id))).to.deep.equal([3000, 7000, 9000]);
    });

    it('really keeps that much: at 10 s these batches can still be had without computing', async () => {
      await t.stop();
      t = new EngineHarness({ batchMs: 1000, remember: 3000 });
      const calls: number[] = [];
      const input = t.input(
        Array.from({ length: 12 }, (_, i) => [i + 1]),
        1,
      );
      const mapped = narrow(
        input,
        'map',
        'map',
        [
          (x: number) => {
            calls.push(x);
            return x;
          },
        ],
        'array',
      );
      record(window(window(mapped, 2000, 1000), 4000, 2000));
      await t.run(10);
      const before = calls.length;
      for (const rdd of await t.engine.slice(mapped.node, 2000, 10_000))
        await rdd.ctx.runner.run(rdd, { kind: 'collect' });
      expect(calls.length).to.equal(before);
    });

    it('asks nothing of what no output reaches, and the slide of everything else', () => {
      const input = t.input([], 1);
      const lonely = id(input);
      const used = id(input);
      out(used);
      const keep = retention(input.graph);
      expect([keep.get(input.node.id), keep.get(used.node.id), keep.has(lonely.node.id)]).to.deep.equal([
        1000,
        1000,
        false,
      ]);
    });

    it('keeps twice the checkpoint interval', () => {
      const mapped = id(t.input([], 1));
      mapped.graph.checkpointEvery(mapped.node, 4000);
      out(mapped);
      expect(retention(mapped.graph).get(mapped.node.id)).to.equal(8000);
    });

    it('of a parent is at least that of every child, for any graph', () => {
      const step = fc.record({
        from: fc.nat(),
        kind: fc.constantFrom('map', 'window', 'union', 'out'),
        k: fc.integer({ min: 1, max: 5 }),
      });
      fc.assert(
        fc.property(fc.array(step, { maxLength: 20 }), fc.nat(20_000), (steps, rememberMs) => {
          const fresh = new EngineHarness({ batchMs: 1000 });
          const streams = [fresh.input([], 1)];
          for (const { from, kind, k } of steps) {
            const stream = streams[from % streams.length]!;
            if (kind === 'map') streams.push(id(stream));
            else if (kind === 'window') streams.push(window(stream, k * stream.node.slideMs, stream.node.slideMs));
            else if (kind === 'union') streams.push(union([stream, id(stream)]));
            else out(stream);
          }
          const { graph } = streams[0]!;
          const keep = retention(graph, rememberMs);
          for (const node of reachable(graph)) {
            const own = keep.get(node.id)!;
            expect(own).to.be.at.least(node.slideMs);
            for (const parent of node.parents) {
              const looksBack = node.op.kind === 'window' ? node.op.windowMs : 0;
              expect(keep.get(parent)!).to.be.at.least(own + looksBack);
            }
          }
        }),
        { numRuns: 50 },
      );
    });
  });

  describe('uids', () => {
    it('come from the name and the ordinal unless given', () => {
      const [a, b] = [id(t.input([], 1)), id(t.input([], 1))];
      expect([a, b].map(({ graph, node }) => graph.uidOf(node))).to.deep.equal(['map-0', 'map-1']);
      a.graph.setUid(a.node, 'mine');
      expect(a.graph.labelOf(a.node.id)).to.include('uid mine').and.include('plan.test.ts');
    });

    it('count what is stored by itself: the results of mapWithState do not rename the next state', () => {
      const pairs = t.input([], 1);
      const options = { partitioner: new HashPartitioner(1), dialect: 'array' } as const;
      const states = [0, 1].map(() => mapWithState(pairs, () => undefined, undefined, options).snapshots);
      expect(states.map(({ graph, node }) => graph.uidOf(node))).to.deep.equal(['mapWithState-0', 'mapWithState-1']);
    });

    it('that are the derived one of another stream are refused when the context starts', () => {
      const pairs = t.input([], 1);
      const options = { partitioner: new HashPartitioner(1), dialect: 'array' } as const;
      const [first, second] = [0, 1].map(() => updateStateByKey(pairs, () => 1, options)) as [StreamRef, StreamRef];
      out(first);
      first.graph.setUid(second.node, first.graph.uidOf(first.node));
      const settings = { checkpointDir: 'checkpoints', rememberMs: 0, cleanerTtlMs: undefined };
      expect(() => validate(first.graph, settings))
        .to.throw()
        .with.property('code', 'UID_DUPLICATE');
    });

    it('given twice are refused', () => {
      const [a, b] = [id(t.input([], 1)), id(t.input([], 1))];
      a.graph.setUid(a.node, 'mine');
      a.graph.setUid(a.node, 'mine');
      expect(() => b.graph.setUid(b.node, 'mine'))
        .to.throw()
        .with.property('code', 'UID_DUPLICATE');
    });
  });

  describe('fingerprint', () => {
    const build = (harness: EngineHarness, change: (s: StreamRef) => StreamRef) => {
      const mapped = change(id(harness.input([], 1)));
      out(reduceByKey(mapped, (a: number, b: number) => a + b, new HashPartitioner(2), 'array'));
      return fingerprint(mapped.graph);
    };

    it('of equal programs is equal, and the first difference names the node', async () => {
      const other = new EngineHarness({ batchMs: 1000 });
      const same = build(t, (s) => s);
      expect(
        firstDifference(
          same,
          build(other, (s) => s),
        ),
      ).to.equal(undefined);
      await other.stop();
      const third = new EngineHarness({ batchMs: 1000 });
      const changed = build(third, (s) => narrow(s, 'filter', 'filter', [() => true], 'array'));
      expect(firstDifference(same, changed)).to.match(/driver: 2 reduceByKey .*; executor: 2 filter /);
      expect(firstDifference(same, same.slice(0, 1))).to.match(/executor: nothing/);
      await third.stop();
    });
  });

  it('explains itself, a line a node', () => {
    const mapped = id(t.input([], 1));
    id(mapped);
    mapped.graph.persist(mapped.node, StorageLevels.MEMORY_ONLY);
    out(window(mapped, 2000, 1000));
    const lines = explain(mapped.graph).trimEnd().split('\n');
    expect(lines[0]).to.equal('Graph of 5 operators, batch 1000 ms');
    expect(lines[2]).to.match(
      /^#1 map · uid map-0 · from #0 · every 1000 ms · remembers 3000 ms · Memory Deserialized 1x Replicated · at plan\.test\.ts:\d+$/,
    );
    expect(lines[3]).to.include('no output reaches it');
    expect(lines[4]).to.include('over 2000 ms');
  });

  describe('validate', () => {
    const check = (stream: StreamRef, options: Partial<Parameters<typeof validate>[1]> = {}) => {
      const all = { checkpointDir: undefined, rememberMs: 0, cleanerTtlMs: undefined, ...options };
      return () => validate(stream.graph, all);
    };
    const withCheckpoint = (ms: number) => {
      const mapped = id(t.input([], 1));
      mapped.graph.checkpointEvery(mapped.node, ms);
      out(mapped);
      return mapped;
    };
    it('wants an output', () =>
      expect(check(t.input([], 1)))
        .to.throw()
        .with.property('code', 'NO_OUTPUT_OPERATIONS'));
    it('wants a checkpoint directory', () =>
      expect(check(withCheckpoint(1000)))
        .to.throw()
        .with.property('code', 'CHECKPOINT_DIR_MISSING'));
    it('wants intervals of at least the slide', () =>
      expect(check(withCheckpoint(500), { checkpointDir: 'd' }))
        .to.throw()
        .with.property('code', 'CHECKPOINT_INTERVAL_TOO_SHORT'));
    it('wants multiples of the slide', () =>
      expect(check(withCheckpoint(2500), { checkpointDir: 'd' }))
        .to.throw()
        .with.property('code', 'CHECKPOINT_INTERVAL_NOT_MULTIPLE'));
    it('wants what is checkpointed to be kept, which a window never is', () => {
      const windowed = window(id(t.input([], 1)), 2000, 1000);
      windowed.graph.checkpointEvery(windowed.node, 2000);
      out(windowed);
      expect(check(windowed, { checkpointDir: 'd' }))
        .to.throw()
        .with.property('code', 'CHECKPOINT_NOT_PERSISTED');
      const mapped = withCheckpoint(2000);
      mapped.graph.persist(mapped.node, StorageLevels.NONE);
      expect(check(mapped, { checkpointDir: 'd' }))
        .to.throw()
        .with.property('code', 'CHECKPOINT_NOT_PERSISTED');
    });
    it('wants state to be kept, unless nobody said otherwise', () => {
      const options = { partitioner: new HashPartitioner(1), dialect: 'array' } as const;
      const stated = updateStateByKey(id(t.input([], 1)), () => 1, options);
      out(stated);
      const started = check(stated, { checkpointDir: 'd' });
      started();
      stated.graph.persist(stated.node, StorageLevels.NONE);
      expect(started).to.throw().with.property('code', 'CHECKPOINT_NOT_PERSISTED');
      stated.graph.checkpointEvery(stated.node, 1000);
      started();
    });
    it('wants the cleaner to wait for windows', () => {
      const windowed = window(t.input([], 1), 5000, 1000);
      out(windowed);
      expect(check(windowed, { cleanerTtlMs: 5999 }))
        .to.throw()
        .with.property('code', 'CLEANER_TTL_TOO_SHORT');
      check(windowed, { cleanerTtlMs: 6000 })();
    });
    it('does not look at what no output reaches', () => {
      const mapped = id(t.input([], 1));
      mapped.graph.checkpointEvery(mapped.node, 500);
      out(t.input([], 1));
      check(mapped)();
    });
  });
});
