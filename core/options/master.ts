import { DStreamsError } from '../errors.ts';

/** Where a program runs. */
export interface LocalMaster {
  readonly kind: 'local';
  /** As the user wrote it. */
  readonly text: string;
  /** Worker threads; 1 means in process, without any. */
  readonly threads: number;
  /** Attempts of a task, as `local[N,F]` says; undefined when it does not. */
  readonly maxFailures: number | undefined;
}

/** There will be more kinds. */
export type Master = LocalMaster;

/** More threads than any machine has use for: a slip of the finger should not start them. */
const THREADS_MAX = 1024;

/**
 * Reads `local`, `local[N]`, `local[*]`, `local[N,F]`, `local[*,F]`; `*` stands for `cores`. Throws one of
 * `MASTER_UNSUPPORTED_…` for a cluster of Spark's, `MASTER_INVALID` for anything else.
 */
export function parseMaster(text: string, cores: number): Master {
  if (typeof text !== 'string') {
    throw new DStreamsError('MASTER_INVALID', "no master is set: use setMaster('local[2]'), --master or spark.master");
  }
  const master = text.trim();
  if (master === 'local') return { kind: 'local', text, threads: 1, maxFailures: undefined };
  const match = /^local\[ ?(\*|\d{1,9}) ?(?:, ?(\d{1,9}) ?)?\]$/.exec(master);
  if (match !== null) {
    const threads = match[1] === '*' ? Math.max(1, Math.floor(cores)) : Number(match[1]);
    const maxFailures = match[2] === undefined ? undefined : Number(match[2]);
    if (threads < 1 || threads > THREADS_MAX) {
      throw new DStreamsError(
        'MASTER_INVALID',
        `master ${master} asks for ${threads} threads; 1 to ${THREADS_MAX} are possible`,
      );
    }
    if (maxFailures === 0)
      throw new DStreamsError('MASTER_INVALID', `master ${master} lets a task fail 0 times; 1 is the least`);
    return { kind: 'local', text, threads, maxFailures };
  }
  return refuse(master);
}

function refuse(master: string): never {
  const shown = JSON.stringify(master.slice(0, 100));
  if (/^spark:\/\//.test(master)) {
    throw new DStreamsError(
      'MASTER_UNSUPPORTED_SPARK',
      `master ${shown}: there is no backend for a standalone Spark cluster yet; run on local[*]`,
    );
  }
  if (/^yarn(-client|-cluster|-standalone)?$/.test(master)) {
    throw new DStreamsError(
      'MASTER_UNSUPPORTED_YARN',
      `master ${shown}: there is no backend for YARN yet; run on local[*]`,
    );
  }
  if (/^k8s:\/\//.test(master)) {
    throw new DStreamsError(
      'MASTER_UNSUPPORTED_K8S',
      `master ${shown}: there is no backend for Kubernetes yet; run local[*] in a container of your own`,
    );
  }
  if (/^(mesos|zk):\/\//.test(master)) {
    throw new DStreamsError(
      'MASTER_UNSUPPORTED_MESOS',
      `master ${shown}: there is no backend for Mesos, which Spark has dropped too; run on local[*]`,
    );
  }
  throw new DStreamsError('MASTER_INVALID', `master ${shown} is not understood; write local, local[N] or local[*]`);
}
