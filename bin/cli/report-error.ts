import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DStreamsError, messageOf } from '../../core/errors.ts';
import { GatewayError } from '../../gateway/clients/js/errors.ts';
import { packageRoot } from '../../core/backend/program/package-root.ts';

const causesMax = 8;

/**
 * An error as its user should see it: code and message, then those lines of the stack that lie in the user's own files and
 * packages, then its causes. What is ours or Node's is left out, unless nothing else is left of an error that is a bug.
 */
export function describeForUser(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return `thrown: ${messageOf(error)}`;
  const lines = [headOf(error), ...framesOf(error)];
  // The errors of esbuild and of zod say again what the message says.
  const isSaid = error instanceof DStreamsError && ['PROGRAM_FAILED', 'OPTIONS_INVALID'].includes(error.code);
  if (depth < causesMax && !isSaid) {
    if (error instanceof AggregateError) {
      for (const part of error.errors) lines.push(`Part of it: ${describeForUser(part, depth + 1)}`);
    }
    if (error.cause !== undefined) lines.push(`Caused by: ${describeForUser(error.cause, depth + 1)}`);
  }
  return lines.join('\n');
}

function headOf(error: Error): string {
  if (error instanceof DStreamsError || error instanceof GatewayError) return `${error.code}: ${error.message}`;
  return error.message === '' ? error.name : `${error.name}: ${error.message}`;
}

function framesOf(error: Error): string[] {
  const all = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const own = ownFolders();
  const users = all.filter((line) => {
    const place = line.replaceAll('file://', '');
    // Sockets are read by ws, below the client of a gateway.
    if (/[( ]node:|<anonymous>\)?$|[\\/]node_modules[\\/]ws[\\/]/.test(place)) return false;
    return !own.some((folder) => place.includes(folder));
  });
  const isExpected = error instanceof GatewayError || (error instanceof DStreamsError && error.kind !== 'bug');
  if (users.length > 0 || isExpected) return users;
  return all;
}

let folders: readonly string[] | undefined;

/** Where our code lies: the running copy, and the sources that its maps name. */
function ownFolders(): readonly string[] {
  folders ??= [packageRoot(), ...sourceFolders(packageRoot())].flatMap((folder) => [`${folder}/`, `${folder}\\`]);
  return folders;
}

/**
 * Read from a map, as Node may apply none to the frames of what it has loaded already, such as this function, but does to
 * those of what comes later.
 */
function sourceFolders(root: string): readonly string[] {
  try {
    const { sources } = JSON.parse(readFileSync(join(root, 'cli.mjs.map'), 'utf8')) as { sources: string[] };
    const [, top] = sources.map((source) => /^(.*)bin\/cli\/main\.ts$/.exec(source)).find((match) => match !== null)!;
    const names = ['core', 'api-fluent', 'api-java-style', 'gateway', 'bin', 'testing'];
    return names.map((name) => resolve(root, top!, name));
  } catch {
    return []; // A build without maps: its frames lie in the running copy.
  }
}
