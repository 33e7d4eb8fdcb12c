/** What the program and its judge have in common. */
export const BATCH_MS = 500;
export const WINDOW_MS = 4 * BATCH_MS;

/** Of a record: there are ten. */
export const keyOf = (id: string): string => id.slice(-1);
