import { StorageLevels } from '../../data/index.ts';
import type { Receiver, ReceiverSupervisor } from '../../source/receiver.ts';

/** A receiver that the test drives. */
export class Hand implements Receiver {
  readonly name = 'Hand';
  readonly storageLevel = StorageLevels.MEMORY_ONLY;
  supervisor!: ReceiverSupervisor;
  onStart(supervisor: ReceiverSupervisor): void {
    this.supervisor = supervisor;
  }
  onStop(): void {}
}
