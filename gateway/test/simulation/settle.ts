/**
 * Lets everything that can go on do so. A turn of the event loop, where the engine's own simulation needs none: a gateway leaves
 * the loop to others between the pieces of a batch.
 */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
