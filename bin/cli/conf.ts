import { readFileSync } from 'node:fs';
import { messageOf } from '../../core/errors.ts';
import { invalid, type RunCommand } from './arguments.ts';
import { parseProperties } from './properties.ts';

/**
 * The configuration of a command line. Of one key, `--master`, `--name` and `--log-level` win over `--conf`, and that over the
 * properties file. Throws `COMMAND_INVALID` when the file cannot be read.
 */
export function confOf(command: RunCommand): Map<string, string> {
  const conf = new Map<string, string>();
  if (command.propertiesFile !== undefined) {
    for (const [key, value] of parseProperties(read(command.propertiesFile))) conf.set(key, value);
  }
  for (const [key, value] of command.conf) conf.set(key, value);
  if (command.master !== undefined) conf.set('spark.master', command.master);
  if (command.name !== undefined) conf.set('spark.app.name', command.name);
  if (command.logLevel !== undefined) conf.set('dstreams.log.level', command.logLevel);
  return conf;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw invalid(`the properties file ${path} cannot be read: ${messageOf(error)}`);
  }
}
