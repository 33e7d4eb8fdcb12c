import { currentProgram } from '../backend/program/index.ts';
import { DirectoryLock, newestManifest, SystemProcesses } from '../checkpoint/index.ts';
import { DStreamsError } from '../errors.ts';
import { commandLineConf, type RecordedProgram } from '../options/index.ts';
import { NodeDisk } from '../storage/disk-node.ts';
import { SystemRandom } from '../time/index.ts';
import { noCheckpoint } from './no-checkpoint.ts';

/** What a checkpoint says of the program of this process; undefined for an inline script. */
export function programToRecord(): RecordedProgram | undefined {
  const program = currentProgram();
  if (program === undefined) return undefined;
  const { file, className = null, args, hash } = program;
  return {
    file,
    className,
    args: [...args],
    hash,
    workingDirectory: process.cwd(),
    conf: Object.fromEntries(commandLineConf),
  };
}

/** That the program of a checkpoint cannot be run again: `reason` says why, the end of the message what to do. */
export const unrecoverable = (dir: string, reason: string, cause?: unknown): DStreamsError =>
  new DStreamsError(
    'PROGRAM_UNRECOVERABLE',
    `The program of the checkpoint in ${dir} cannot be run again: ${reason} Use getOrCreate(${JSON.stringify(dir)}, create), whose function makes the graph again.`,
    { cause, details: { path: dir } },
  );

/**
 * The program that the newest checkpoint in `dir` names. Throws `CHECKPOINT_IN_USE` before anything of it is run,
 * `CHECKPOINT_NOT_FOUND`, `PROGRAM_UNRECOVERABLE` where none is named, `CHECKPOINT_DAMAGED`, `FORMAT_TOO_NEW`, `IO_FAILED`.
 */
export async function readRecordedProgram(dir: string): Promise<RecordedProgram> {
  const disk = new NodeDisk();
  const lock = await DirectoryLock.take({
    disk,
    dir,
    processes: new SystemProcesses(disk),
    random: new SystemRandom(),
  });
  try {
    const manifest = await newestManifest(disk, dir);
    if (manifest === undefined) throw noCheckpoint(dir);
    if (manifest.program !== undefined && manifest.program !== null) return manifest.program;
    const who = manifest.program === null ? 'an inline script' : 'an earlier version of dstreams';
    throw unrecoverable(dir, `${who} wrote it, and no job module is named in it.`);
  } finally {
    await lock.release();
  }
}
