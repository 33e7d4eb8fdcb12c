/** What both surfaces call: each function adds nodes to the graph and returns the new stream. */
export * from '../operator/index.ts';
export { batches } from '../sink/batches.ts';
export { print } from '../sink/print.ts';
export { window } from '../window/window.ts';
export * from '../window/windows.ts';
export { saveFiles } from '../sink/save.ts';
