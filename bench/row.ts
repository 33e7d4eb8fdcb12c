/** What a measurement must reach to meet the bar. */
export type Bar =
  | { readonly atLeast: number }
  | { readonly atMost: number }
  | { readonly above: number }
  | { readonly below: number };

export interface Measured {
  readonly value: number;
  /** The figures behind the value, for people. */
  readonly detail: string;
  /** Set where something beside the value failed. */
  readonly failed?: boolean;
}

/** One line of the table: how it is measured, and what it must reach. */
export interface Bench {
  readonly name: string;
  readonly unit: string;
  /** None: a figure for the documentation. */
  readonly bar?: Bar;
  /** Takes seconds; everything that is timed runs in processes of its own. */
  measure(): Promise<Measured>;
}

/** As `--json` writes it. */
export interface Row {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly bar: string;
  readonly met: boolean;
  readonly detail: string;
}

export function rowOf({ name, unit, bar }: Bench, { value, detail, failed = false }: Measured): Row {
  return { name, value, unit, bar: textOf(bar), met: !failed && meets(bar, value), detail };
}

/** A bench that broke has not met its bar. */
export function brokenRow({ name, unit, bar }: Bench, error: unknown): Row {
  const detail = error instanceof Error ? error.message : String(error);
  return { name, value: Number.NaN, unit, bar: textOf(bar), met: false, detail };
}

function textOf(bar: Bar | undefined): string {
  if (bar === undefined) return 'none';
  if ('atLeast' in bar) return `>= ${bar.atLeast}`;
  if ('atMost' in bar) return `<= ${bar.atMost}`;
  return 'above' in bar ? `> ${bar.above}` : `< ${bar.below}`;
}

function meets(bar: Bar | undefined, value: number): boolean {
  if (bar === undefined) return true;
  if ('atLeast' in bar) return value >= bar.atLeast;
  if ('atMost' in bar) return value <= bar.atMost;
  return 'above' in bar ? value > bar.above : value < bar.below;
}
