import type { Logger } from '../../core/internal.ts';

/** Different refusals that are told: whoever makes up origins does not fill the log. */
const TOLD_MAX = 16;
const CHARACTERS_MAX = 500;

/**
 * Tells the log why pages may not connect, each reason once: their authors see nothing but the code 1006, as browsers keep
 * the answer of a handshake to themselves.
 */
export class RefusedPages {
  private readonly told = new Set<string>();

  tell(logger: Logger, problem: string): void {
    if (problem.length > CHARACTERS_MAX || this.told.size >= TOLD_MAX || this.told.has(problem)) return;
    this.told.add(problem);
    logger.warn('Gateway', problem);
  }
}
