/** The digits of the shortest text that names the double, as Java takes them: so 1.005 rounds to 1.01. */
export function decimalDigits(value: number): { digits: string; point: number } {
  const [mantissa, exponent] = Math.abs(value).toExponential().split('e') as [string, string];
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** Rounded half up, as whole number of `10 ** -count`, where `0.digits · 10 ** point` is the value. */
export function roundedDigits(digits: string, point: number, count: number): string {
  const kept = point + count;
  if (kept < 0) return '0';
  const head = BigInt(digits.slice(0, kept).padEnd(kept, '0') || '0');
  return String(Number(digits[kept] ?? '0') >= 5 ? head + 1n : head);
}

export const decimalSign = (value: number): string => (value < 0 || Object.is(value, -0) ? '-' : '');

/** Java's `%.<count>f` of a finite number, and the names of the others. */
export function fixedText(value: number, count: number): string {
  if (!Number.isFinite(value)) return String(value);
  const { digits, point } = decimalDigits(value);
  const text = roundedDigits(digits, point, count).padStart(count + 1, '0');
  return decimalSign(value) + (count === 0 ? text : `${text.slice(0, -count)}.${text.slice(-count)}`);
}
