import { DStreamsError, messageOf } from '../../core/errors.ts';
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
  if (error instanceof DStreamsError) return `${error.code}: ${error.message}`;
  return error.message === '' ? error.name : `${error.name}: ${error.message}`;
}

function framesOf(error: Error): string[] {
  const all = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const own = ownFolders();
  const users = all.filter((line) => {
    const place = line.replaceAll('file://', '');
    return !/[( ]node:/.test(place) && !/<anonymous>\)?$/.test(place) && !own.some((folder) => place.includes(folder));
  });
  if (users.length > 0 || (error instanceof DStreamsError && error.kind !== 'bug')) return users;
  return all;
}

let folders: readonly string[] | undefined;

/** Where our code lies: the package's root and, where source maps are read, the sources that it was made of. */
function ownFolders(): readonly string[] {
  if (folders === undefined) {
    const root = /((?:\/|[A-Za-z]:\\)[^()]*)bin[\\/]cli[\\/]report-error\.ts:/.exec(new Error('here').stack ?? '')?.[1];
    const sources = ['core', 'api-fluent', 'api-java-style', 'gateway', 'bin', 'testing'];
    folders = [packageRoot(), ...(root === undefined ? [] : sources.map((name) => `${root}${name}`))].flatMap(
      (folder) => [`${folder}/`, `${folder}\\`],
    );
  }
  return folders;
}
