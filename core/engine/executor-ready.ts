/** What ends `main` on an executor: nothing after `start()` runs there. */
export class ExecutorReady extends Error {
  override readonly name = 'ExecutorReady';
}

export const executorReady = (): ExecutorReady => new ExecutorReady('The program ends here on an executor.');
