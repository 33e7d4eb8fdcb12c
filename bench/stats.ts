/** The value below which the fraction `q` of the samples lies; the nearest sample, no interpolation. */
export function quantile(samples: readonly number[], q: number): number {
  if (samples.length === 0) throw new RangeError('no samples');
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))]!;
}

export const median = (samples: readonly number[]): number => quantile(samples, 0.5);

export const fixed = (value: number, digits = 2): string => value.toFixed(digits);

/** 1234567 as 1.23 M, 12345 as 12 k. */
export function short(value: number): string {
  if (value >= 1e6) return `${(value / 1e6).toFixed(2)} M`;
  return value >= 1e4 ? `${Math.round(value / 1e3)} k` : String(Math.round(value));
}
