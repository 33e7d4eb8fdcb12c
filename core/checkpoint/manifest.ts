import { DStreamsError, messageOf } from '../errors.ts';
import { MANIFEST_VERSION, type Manifest, parseManifest } from '../options/manifest-schema.ts';
import type { Disk } from '../storage/disk.ts';
import type { Clock } from '../time/clock.ts';
import { FRAME_BYTES_MAX, frameDamage, readFrames, writeFrameFile } from './frame-file.ts';
import { tooNew } from './log-format.ts';

/** Parts whose entries have frames of their own, so that none holds the event loop for long. */
const SECTIONS = ['inputs', 'state', 'services'] as const;
type Section = (typeof SECTIONS)[number];

const isSection = (value: unknown): value is Section => SECTIONS.includes(value as Section);

function* encode(manifest: Manifest): Generator<Uint8Array> {
  const head: Record<string, unknown> = { ...manifest };
  for (const section of SECTIONS) delete head[section];
  yield frameOf('its head', head);
  for (const section of SECTIONS) {
    for (const [key, value] of Object.entries(manifest[section])) {
      yield frameOf(`${section} of ${key}`, [section, key, value]);
    }
  }
}

function frameOf(what: string, value: unknown): Uint8Array {
  const bytes = new TextEncoder().encode(JSON.stringify(value));
  if (bytes.length <= FRAME_BYTES_MAX) return bytes;
  throw new DStreamsError('CHECKPOINT_FAILED', `${what}: ${bytes.length} bytes, a manifest takes ${FRAME_BYTES_MAX}`);
}

/** Writes a manifest durably. Throws `CHECKPOINT_FAILED` for one too large, `IO_FAILED`, `CHECKPOINT_DAMAGED`. */
export async function writeManifest(disk: Disk, clock: Clock, path: string, manifest: Manifest): Promise<void> {
  const checked = parseManifest(manifest);
  if ('problem' in checked) throw new DStreamsError('INVARIANT', `a manifest does not fit: ${checked.problem}`);
  await writeFrameFile(disk, clock, path, 'manifest', encode(manifest));
}

/** Reads a manifest. Throws `CHECKPOINT_DAMAGED`, `FORMAT_TOO_NEW`, `IO_FAILED`. */
export async function readManifest(disk: Disk, path: string): Promise<Manifest> {
  let value: Record<string, unknown> | undefined;
  for await (const frame of readFrames(disk, path, 'manifest')) {
    const content = jsonOf(path, frame);
    if (value === undefined) {
      if (typeof content !== 'object' || content === null) throw frameDamage(path, 0, 'it has no head');
      value = { ...content, inputs: {}, state: {}, services: {} };
    } else {
      const [section, key, entry] = Array.isArray(content) ? content : [];
      if (!isSection(section) || typeof key !== 'string') throw frameDamage(path, 0, 'an entry is of no known part');
      // Defined, not assigned: `__proto__` may be anybody's uid.
      Object.defineProperty(value[section], key, {
        value: entry,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
  }
  const version = value?.version;
  if (typeof version === 'number' && version > MANIFEST_VERSION) throw tooNew(path, version, MANIFEST_VERSION);
  const parsed = parseManifest(value);
  if ('problem' in parsed) throw frameDamage(path, 0, parsed.problem);
  return parsed.manifest;
}

/** The JSON of a frame. */
export function jsonOf(path: string, frame: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(frame));
  } catch (error) {
    throw frameDamage(path, 0, `it is no JSON: ${messageOf(error)}`);
  }
}
