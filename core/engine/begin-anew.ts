import { serviceLogDirs } from '../checkpoint/index.ts';
import { DStreamsError } from '../errors.ts';
import { type Disk, removeAll } from '../storage/disk.ts';

/** What the engine keeps in a checkpoint directory beside `graph`, and how its files there are called. */
const FOLDERS: readonly (readonly [folder: string, file: RegExp])[] = [
  ['checkpoints', /^checkpoint-\d{10}(\.tmp)?$/],
  ['segments', /^[\w-]*\.[0-9a-f]{16}(\.tmp)?$/],
  ['log', /^segment-\d{10}\.log(\.tmp)?$/],
];

/**
 * Removes what an older run left in the directory of a program that does not recover; resolves with whether a checkpoint was
 * among it. Throws `OPTIONS_INVALID`, with nothing changed, where something of these names is not the engine's: programs say
 * `checkpoint(".")`, and may have a `log` of their own.
 */
export async function beginAnew(disk: Disk, dir: string): Promise<boolean> {
  const left: string[] = [];
  for (const [folder, file] of FOLDERS) {
    const path = `${dir}/${folder}`;
    const stat = await disk.stat(path);
    if (stat === undefined) continue;
    if (stat.kind !== 'directory') throw notOurs(path);
    const names = await disk.list(path);
    const other = names.find((name) => !file.test(name));
    if (other !== undefined) throw notOurs(`${path}/${other}`);
    left.push(path);
  }
  const graph = `${dir}/graph`;
  const stat = await disk.stat(graph);
  // It is written after the first manifest, and removed before it.
  const hasManifest = left.includes(`${dir}/checkpoints`) && (await disk.list(`${dir}/checkpoints`)).length > 0;
  if (stat !== undefined && (stat.kind !== 'file' || !hasManifest)) throw notOurs(graph);
  for (const path of [graph, ...left, ...(await serviceLogDirs(disk, dir))]) await removeAll(disk, path);
  await disk.syncDirectory(dir);
  return hasManifest;
}

const notOurs = (path: string): DStreamsError =>
  new DStreamsError(
    'OPTIONS_INVALID',
    `${path} stands where the checkpoint would, and is nobody's checkpoint. Give the program a checkpoint directory of its own.`,
    { details: { path } },
  );
