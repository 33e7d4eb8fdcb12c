import { basename, dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Damage,
  type InspectedCheckpoint,
  type Inspection,
  inspect,
  type Repair,
  repair,
  SystemProcesses,
} from '../../core/checkpoint/index.ts';
import { NodeDisk } from '../../core/storage/disk-node.ts';
import { SystemClock, SystemRandom } from '../../core/time/index.ts';
import { invalid } from './arguments.ts';
import { parse } from './parse-options.ts';
import { INSPECT_USAGE, REPAIR_USAGE } from './usage.ts';

/** Shows what is in a checkpoint directory: 1 where something is damaged. */
export async function inspectDirectory(tokens: string[]): Promise<number> {
  const args = parse(tokens, [], ['--json']);
  if (args.has('--help')) return print(INSPECT_USAGE);
  const found = await inspect(await directoryOf('inspect', args.rest), tools());
  print(args.has('--json') ? `${JSON.stringify(found, undefined, 2)}\n` : describe(found));
  return found.damage.length === 0 ? 0 : 1;
}

/** Gives up what is damaged in a checkpoint directory. */
export async function repairDirectory(tokens: string[]): Promise<number> {
  const args = parse(tokens, [], ['--accept-loss']);
  if (args.has('--help')) return print(REPAIR_USAGE);
  const acceptLoss = args.has('--accept-loss');
  if (args.rest.length === 1 && !acceptLoss) {
    throw invalid('repair gives up what is damaged: say --accept-loss if that is what you want');
  }
  const dir = await directoryOf('repair', args.rest);
  return print(describeRepair(dir, await repair(dir, { acceptLoss }, tools())));
}

function tools() {
  const disk = new NodeDisk();
  return { disk, clock: new SystemClock(), random: new SystemRandom(), processes: new SystemProcesses(disk) };
}

/** Programs may name their directory as a URI, or by the file `graph` in it. */
async function directoryOf(command: string, [dir, ...more]: readonly string[]): Promise<string> {
  if (dir === undefined || dir === '' || more.length > 0) throw invalid(`${command} needs one DIR`);
  const path = resolve(/^file:\/\//.test(dir) ? fileURLToPath(dir) : dir);
  if ((await new NodeDisk().stat(path))?.kind !== 'file') return path;
  if (basename(path) === 'graph') return dirname(path);
  throw invalid(`${command} needs a checkpoint directory, and ${path} is a file`);
}

const timeOf = (ms: number): string => `${ms} (${new Date(ms).toISOString()})`;
const timesOf = (ms: readonly number[]): string => (ms.length === 0 ? 'none' : ms.join(', '));

function describe({ dir, holder, checkpoints, log, damage }: Inspection): string {
  const lines = [dir, `  in use by        ${holder === undefined ? 'nobody' : `process ${holder.pid}`}`];
  const [newest, ...older] = checkpoints;
  if (newest === undefined) lines.push('  checkpoint       none is whole');
  else lines.push(...describeCheckpoint(newest));
  for (const { number, batchTimeMs } of older) lines.push(`  older checkpoint ${number}, batch ${timeOf(batchTimeMs)}`);
  const torn =
    log.tornBytes === 0
      ? ''
      : `, ${log.tornBytes} of them of a write that a crash cut off: the next start ignores them`;
  lines.push(
    `  log              records ${log.firstSequence} to before ${log.nextSequence}, ${log.segmentCount} segments, ${log.bytes} bytes${torn}`,
    damage.length === 0 ? '  damage           none' : '  damage',
    ...damage.map(describeDamage),
  );
  return `${lines.join('\n')}\n`;
}

function describeCheckpoint(checkpoint: InspectedCheckpoint): string[] {
  const { state, inputs, services, log } = checkpoint;
  return [
    `  checkpoint       ${checkpoint.number}, format ${checkpoint.format}`,
    `  program          ${checkpoint.program ?? 'none is named'}`,
    `  batch time       ${timeOf(checkpoint.batchTimeMs)}`,
    `  zero time        ${timeOf(checkpoint.zeroMs)}`,
    `  batch duration   ${checkpoint.batchDurationMs} ms`,
    `  pending batches  ${timesOf(checkpoint.pendingMs)}`,
    ...state.map(({ uid, kind = 'of unknown kind', timeMs, version, segmentCount, bytes }) => {
      const time = timeMs === null ? 'not written yet' : `at ${timeOf(timeMs)}`;
      return `  state            ${uid}: ${kind}, version ${version}, ${time}, ${segmentCount} segments, ${bytes} bytes`;
    }),
    ...inputs.map(({ uid, plannedMs }) => `  input            ${uid}: planned batches ${timesOf(plannedMs)}`),
    ...services.map((name) => `  service          ${name}`),
    `  needs of the log ${log === null ? 'nothing' : `records ${log.from} to before ${log.to}`}`,
  ];
}

/** What is wrong with a file of a checkpoint names the file already. */
function describeDamage({ path, offset, problem }: Damage): string {
  if (problem.startsWith(path)) return `    ${problem}`;
  return `    ${path}${offset === undefined ? '' : ` at offset ${offset}`}: ${problem}`;
}

function describeRepair(dir: string, done: Repair): string {
  const { damage, aside, lostCheckpoints, lostRecords, batchTimeMs } = done;
  if (damage.length === 0) return `${dir}: nothing is damaged, and nothing was changed\n`;
  const lines = [dir, '  damage', ...damage.map(describeDamage)];
  if (lostCheckpoints.length > 0) lines.push(`  lost checkpoints ${lostCheckpoints.join(', ')}`);
  if (lostRecords !== undefined) {
    const { from, to } = lostRecords;
    lines.push(`  lost records     of the log, from ${from} on${to === undefined ? '' : `, at least to before ${to}`}`);
  }
  if (aside !== undefined) lines.push(`  moved to         ${aside}`);
  lines.push(
    `  the next start   ${batchTimeMs === undefined ? 'begins anew' : `goes on after the batch ${timeOf(batchTimeMs)}`}`,
  );
  return `${lines.join('\n')}\n`;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}
