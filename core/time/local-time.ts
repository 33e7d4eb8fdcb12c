const pad = (n: number, width: number): string => String(n).padStart(width, '0');

/** `2012-12-31 18:47:10,447`, in the machine's time zone. A conversion: it reads no clock. */
export function formatLocalTime(epochMs: number): string {
  const at = new Date(epochMs);
  const day = `${at.getFullYear()}-${pad(at.getMonth() + 1, 2)}-${pad(at.getDate(), 2)}`;
  const time = `${pad(at.getHours(), 2)}:${pad(at.getMinutes(), 2)}:${pad(at.getSeconds(), 2)}`;
  return `${day} ${time},${pad(at.getMilliseconds(), 3)}`;
}
