import { DStreamsError } from '../errors.ts';
import { ABSENT } from './columns.ts';

type Mode = 'open' | 'timingOut' | 'removed';

const refuse = (message: string): DStreamsError => new DStreamsError('OPTIONS_INVALID', message);

/**
 * What a mapWithState function sees of one key (Spark `State`, 1.6). One object serves all keys of a partition: it must
 * not be kept after the call.
 */
export class State<S> {
  private value: unknown = ABSENT;
  private mode: Mode = 'open';
  /** The function asked for a change. */
  private changed = false;

  /** Whether the key has a state: not before the first `update`, nor after `remove`. */
  exists(): boolean {
    return this.value !== ABSENT;
  }

  /** Throws where there is none: ask `exists()` first. */
  get(): S {
    if (this.value === ABSENT)
      throw new DStreamsError('COLLECTION_EMPTY', 'State is not set. Ask state.exists() first.');
    return this.value as S;
  }

  /** The state, or undefined. */
  getOption(): S | undefined {
    return this.value === ABSENT ? undefined : (this.value as S);
  }

  /** What the key's state is from now on. Throws after `remove`, and where the key is timing out. */
  update(value: S): void {
    if (this.mode === 'removed') throw refuse('Cannot update the state after it has been removed');
    if (this.mode === 'timingOut') throw refuse('Cannot update the state that is timing out');
    this.value = value;
    this.changed = true;
  }

  /** Forgets the key. Throws where it is forgotten already, or timing out. */
  remove(): void {
    if (this.mode === 'timingOut') throw refuse('Cannot remove the state that is timing out');
    if (this.mode === 'removed') throw refuse('Cannot remove the state that has already been removed');
    this.value = ABSENT;
    this.mode = 'removed';
    this.changed = true;
  }

  /** The call is the last one for this key: nothing came for it during the time-out. The state can be read and not changed. */
  isTimingOut(): boolean {
    return this.mode === 'timingOut';
  }

  toString(): string {
    return this.value === ABSENT ? '<state not set>' : String(this.value);
  }

  /** @internal Before each call; for the engine. */
  reset(value: unknown, timingOut: boolean): void {
    this.value = value;
    this.mode = timingOut ? 'timingOut' : 'open';
    this.changed = false;
  }

  /** @internal After the call: what the key's state is now; for the engine. */
  get now(): unknown {
    return this.value;
  }

  /** @internal After the call: whether the function asked for a change; for the engine. */
  get isChanged(): boolean {
    return this.changed;
  }
}
