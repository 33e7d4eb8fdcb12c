import { type GroupTable, type KeyTable, ownValue, Tuple2 } from '../data/index.ts';
import type { PairDialect } from '../data/index.ts';
import type { ShuffleMode, Step } from '../rdd/index.ts';
import { notAPair, toArray } from './support.ts';

/** Runs fused steps over `input[from..to)`. What comes out is pushed to `out`, or combined into `table`. */
export type Kernel = (input: readonly unknown[], from: number, to: number, out: unknown[], table: Table) => void;

/** What a kernel combines into: lists where it groups, else cells. */
export type Table = KeyTable | GroupTable;

/** Where the records of a kernel go: an array, or a table of its mode. */
export type Terminal =
  | { readonly kind: 'push' }
  | { readonly kind: 'combine'; readonly mode: ShuffleMode; readonly dialect: PairDialect; readonly label: string };

/** Thrown by a kernel: which step's function threw, over which record of the slice. */
export class StepError extends Error {
  constructor(
    readonly label: string,
    override readonly cause: unknown,
  ) {
    super(`${label} failed`);
  }
}

type Factory = (...args: unknown[]) => Kernel;

/**
 * Factories by the places in the program that they serve. Each has a text of its own: V8 keeps type feedback by
 * source text, and pipelines that shared it fell to a third (STYLE §8). A place's batches share one. Bounded: the
 * least recently used goes, and is compiled again when it comes back.
 */
const factories = new Map<string, Factory>();
const FACTORIES_MAX = 1000;
let kernelCount = 0;
let codeGeneration: boolean | undefined;

function canGenerate(): boolean {
  if (codeGeneration === undefined) {
    try {
      codeGeneration = new Function('return true')() as boolean;
    } catch {
      codeGeneration = false;
    }
  }
  return codeGeneration;
}

/** For hosts that forbid code generation, and the test that both ways give the same. */
export function compileKernel(steps: readonly Step[], terminal: Terminal, generate = canGenerate()): Kernel {
  const fns: unknown[] = [];
  let key = '';
  for (const { op, fns: slots, dialect } of steps) {
    key += `${op}:${dialect}`;
    for (const { fn, site } of slots) {
      fns.push(fn);
      key += `:${site}`;
    }
    key += ';';
  }
  const labels = steps.map(({ label }) => label);
  let factory: Factory;
  if (terminal.kind === 'combine') {
    const { mode } = terminal;
    labels.push(terminal.label);
    if (mode.kind === 'combine') {
      fns.push(mode.create?.fn, mode.mergeValue.fn);
      key += `combine:${terminal.dialect}:${mode.create?.site}:${mode.mergeValue.site}`;
    } else {
      key += `${mode.kind}:${terminal.dialect}`;
    }
  }
  if (!generate) return interpret(steps, terminal, labels);
  const known = factories.get(key);
  if (known !== undefined) {
    factories.delete(key);
    factory = known;
  } else {
    factory = generateFactory(steps, terminal, fns.length);
    if (factories.size >= FACTORIES_MAX) factories.delete(factories.keys().next().value!);
  }
  factories.set(key, factory);
  return factory({ Tuple2, toArray, notAPair, ownValue, StepError }, labels, ...fns);
}

const KEY = { tuple: (v: string) => `${v}.first`, array: (v: string) => `${v}[0]` };
const VALUE = { tuple: (v: string) => `${v}.second`, array: (v: string) => `${v}[1]` };
const MAKE = {
  tuple: (k: string, v: string) => `new Tuple2(${k}, ${v})`,
  array: (k: string, v: string) => `[${k}, ${v}]`,
};
const IS_PAIR = {
  tuple: (v: string) => `${v} instanceof Tuple2`,
  array: (v: string) => `Array.isArray(${v}) && ${v}.length === 2`,
};

function generateFactory(steps: readonly Step[], terminal: Terminal, fnCount: number): Factory {
  const id = kernelCount++;
  const lines: string[] = [];
  let close = '';
  let f = 0;
  let n = 0;
  let value = 'v0';
  const next = (expression: string): void => {
    const name = `v${++n}`;
    lines.push(`const ${name} = ${expression};`);
    value = name;
  };
  const each = (expression: string): string => {
    const k = ++n;
    lines.push(`const a${k} = toArray(${expression}); for (let i${k} = 0; i${k} < a${k}.length; i${k}++) {`);
    close += '}';
    return `a${k}[i${k}]`;
  };
  steps.forEach(({ op, dialect }, i) => {
    lines.push(`at = ${i};`);
    const pair = value;
    const checkPair = () => lines.push(`if (!(${IS_PAIR[dialect](pair)})) notAPair(${pair});`);
    switch (op) {
      case 'map':
        next(`f${f++}(${value})`);
        break;
      case 'filter':
        lines.push(`if (!f${f++}(${value})) continue;`);
        break;
      case 'flatMap':
        next(each(`f${f++}(${value})`));
        break;
      case 'mapValues':
        checkPair();
        next(MAKE[dialect](KEY[dialect](pair), `f${f++}(${VALUE[dialect](pair)})`));
        break;
      case 'flatMapValues':
        checkPair();
        next(MAKE[dialect](KEY[dialect](pair), each(`f${f++}(${VALUE[dialect](pair)})`)));
        break;
      case 'keys':
        checkPair();
        next(KEY[dialect](pair));
        break;
      case 'values':
        checkPair();
        next(VALUE[dialect](pair));
        break;
      case 'keyBy':
        next(MAKE[dialect](`f${f++}(${pair})`, pair));
        break;
      case 'pairWithOne':
        next(MAKE[dialect](pair, '1'));
        break;
      case 'pairWithNull':
        next(MAKE[dialect]('null', pair));
        break;
      default:
        throw new RangeError(`${op} is not a record operation`);
    }
  });
  lines.push(`at = ${steps.length};`);
  if (terminal.kind === 'push') lines.push(`out.push(${value});`);
  else lines.push(combineLine(terminal.mode, terminal.dialect, value, f));
  const names = Array.from({ length: fnCount }, (_, i) => `f${i}`);
  const text = `"use strict"; const { Tuple2, toArray, notAPair, ownValue, StepError } = support;
    return function stage${id}(input, from, to, out, table) {
      let at = 0; const direct = table === undefined ? undefined : table.direct;
      try {
        for (let i = from; i < to; i++) { const v0 = input[i]; ${lines.join('\n')} ${close} }
      } catch (error) { throw error instanceof StepError ? error : new StepError(labels[at], error); }
    };`;
  return new Function('support', 'labels', ...names, text) as Factory;
}

function combineLine(mode: ShuffleMode, dialect: PairDialect, value: string, f: number): string {
  const k = KEY[dialect](value);
  const v = VALUE[dialect](value);
  const check = `if (!(${IS_PAIR[dialect](value)})) notAPair(${value});`;
  // Most keys are strings: they are looked up in the Map without a call.
  const find = `${check} const k = ${k}; const c = typeof k === 'string' ? direct.get(k) : table.find(k);`;
  if (mode.kind === 'group') {
    // Plain arrays in either dialect: what reads the map output makes lists of its dialect.
    return `${find} if (c === undefined) table.add(k, [${v}]); else c.push(${v});`;
  }
  if (mode.kind !== 'combine') throw new RangeError(`${mode.kind} does not combine`);
  // A record stays as it is, though the function may change what it goes on from: what `create` has made is the table's own.
  const add =
    mode.create === undefined ? `table.add(k, ${v});` : `{ const w = f${f}(${v}); table.add(k, w, w !== ${v}); }`;
  return `${find} if (c === undefined) ${add} else c.v = f${f + 1}(c.isOwn ? c.v : ownValue(c), ${v});`;
}

/** The same without generated code: a chain of closures, at a quarter of the speed. */
function interpret(steps: readonly Step[], terminal: Terminal, labels: readonly string[]): Kernel {
  return (input, from, to, out, table) => {
    let at = 0;
    const access = ACCESS[terminal.kind === 'combine' ? terminal.dialect : 'array'];
    const end = (value: unknown): void => {
      at = steps.length;
      if (terminal.kind === 'push') {
        out.push(value);
        return;
      }
      const { mode } = terminal;
      access.check(value);
      const k = access.key(value);
      if (mode.kind === 'group') {
        const groups = table as GroupTable;
        const list = groups.find(k);
        if (list === undefined) groups.add(k, [access.value(value)]);
        else list.push(access.value(value));
      } else if (mode.kind === 'combine') {
        const cells = table as KeyTable;
        const cell = cells.find(k);
        if (cell !== undefined) cell.v = mode.mergeValue.fn(ownValue(cell), access.value(value));
        else if (mode.create === undefined) cells.add(k, access.value(value));
        else {
          const created: unknown = mode.create.fn(access.value(value));
          cells.add(k, created, created !== access.value(value));
        }
      }
    };
    const run = (i: number, value: unknown): void => {
      if (i === steps.length) return end(value);
      at = i;
      const { op, fns, dialect } = steps[i]!;
      const pair = ACCESS[dialect];
      const f = fns[0]?.fn;
      switch (op) {
        case 'map':
          return run(i + 1, f!(value));
        case 'filter':
          return f!(value) ? run(i + 1, value) : undefined;
        case 'flatMap':
          for (const x of toArray(f!(value))) run(i + 1, x);
          return;
        case 'mapValues':
          pair.check(value);
          return run(i + 1, pair.make(pair.key(value), f!(pair.value(value))));
        case 'flatMapValues':
          pair.check(value);
          for (const x of toArray(f!(pair.value(value)))) run(i + 1, pair.make(pair.key(value), x));
          return;
        case 'keys':
          pair.check(value);
          return run(i + 1, pair.key(value));
        case 'values':
          pair.check(value);
          return run(i + 1, pair.value(value));
        case 'keyBy':
          return run(i + 1, pair.make(f!(value), value));
        case 'pairWithOne':
          return run(i + 1, pair.make(value, 1));
        case 'pairWithNull':
          return run(i + 1, pair.make(null, value));
        default:
          throw new RangeError(`${op} is not a record operation`);
      }
    };
    try {
      for (let i = from; i < to; i++) run(0, input[i]);
    } catch (error) {
      throw error instanceof StepError ? error : new StepError(labels[at]!, error);
    }
  };
}

interface PairAccess {
  key(p: unknown): unknown;
  value(p: unknown): unknown;
  make(k: unknown, v: unknown): unknown;
  check(p: unknown): void;
}

/** How each dialect's pairs are taken apart and made, for code that is not generated. */
export const ACCESS: Readonly<Record<PairDialect, PairAccess>> = {
  array: {
    key: (p) => (p as unknown[])[0],
    value: (p) => (p as unknown[])[1],
    make: (k, v) => [k, v],
    check: (p) => (Array.isArray(p) && p.length === 2 ? undefined : notAPair(p)),
  },
  tuple: {
    key: (p) => (p as Tuple2<unknown, unknown>).first,
    value: (p) => (p as Tuple2<unknown, unknown>).second,
    make: (k, v) => new Tuple2(k, v),
    check: (p) => (p instanceof Tuple2 ? undefined : notAPair(p)),
  },
};
