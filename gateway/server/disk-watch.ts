import type { ServiceHost, Timer } from '../../core/internal.ts';

const EVERY_MS = 1000;
/** It counts as enough again only well above the bound: else credit would come and go with every batch. */
const ENOUGH = 1.25;

/** Looks, once a second, whether the disk of the checkpoint directory has room for what publishers may send. */
export class DiskWatch {
  private timer: Timer | undefined;
  private isStopped = false;
  isLow = false;

  constructor(
    private readonly host: Pick<ServiceHost, 'clock' | 'logger' | 'checkpointDirectory' | 'diskSpace'>,
    /** Below it the disk is low. 0: it never is. */
    private readonly freePercent: number,
    private readonly onEnough: () => void,
  ) {}

  /** Resolves after the first look. */
  async start(): Promise<void> {
    if (this.freePercent > 0) await this.look();
  }

  stop(): void {
    this.isStopped = true;
    this.timer?.cancel();
  }

  private async look(): Promise<void> {
    const { clock, logger, checkpointDirectory } = this.host;
    // A disk that does not say tells so when it is written to.
    const space = await this.host.diskSpace().catch(() => undefined);
    if (this.isStopped) return;
    if (space !== undefined) {
      const percent = (100 * space.freeBytes) / space.totalBytes;
      const wasLow = this.isLow;
      this.isLow = percent < this.freePercent * (wasLow ? ENOUGH : 1);
      if (this.isLow && !wasLow) {
        logger.warn(
          'Gateway',
          `Only ${percent.toFixed(1)} % of the disk of ${checkpointDirectory} is free: publishers get no credit until there is ` +
            `more than ${this.freePercent * ENOUGH} % (limits.diskFreePercent).`,
        );
      } else if (wasLow && !this.isLow) {
        logger.info('Gateway', `${percent.toFixed(1)} % of the disk are free: publishers get credit again.`);
        this.onEnough();
      }
    }
    this.timer = clock.setTimer(clock.now() + EVERY_MS, () => void this.look());
  }
}
