import type { SpillDisk } from '../../../storage/block-store.ts';

/** Where blocks go that do not fit. */
export function memory(): SpillDisk {
  const blocks = new Map<string, Uint8Array>();
  return {
    write: async (name, bytes) => void blocks.set(name, bytes),
    read: async (name) => blocks.get(name)!,
    remove: async (name) => void blocks.delete(name),
  };
}
