import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../../core/backend/program/index.ts';
import { nearestName } from '../../core/options/index.ts';
import { EXAMPLES, type Example, findExample } from '../../examples/registry.ts';
import { invalid } from './arguments.ts';

export { findExample };

/** The example called `name`. Throws `COMMAND_INVALID`. */
export function exampleNamed(name: string): Example {
  const example = findExample(name);
  if (example !== undefined) return example;
  const names = EXAMPLES.map((known) => known.name);
  const near = nearestName(name.slice(name.lastIndexOf('.') + 1), names);
  throw invalid(`there is no example ${name}${near === undefined ? '' : `; did you mean ${near}?`}`);
}

/** The folder of the examples. Throws `COMMAND_INVALID` outside of the repository: the package brings none. */
export function examplesFolder(repo = findRepository()): string {
  if (repo === undefined) throw invalid('the examples come with the repository of dstreams, not with the package');
  return join(repo, 'examples');
}

/** Where an example's job module lies. Throws as `examplesFolder`. */
export function exampleFile(example: Example, repo?: string): string {
  return join(examplesFolder(repo), example.file);
}

/** The comment at the head of an example: what it does, its arguments, how to run it. */
export function usageOfExample(file: string): string {
  const [, comment = ''] = /^\/\*\*\n(.*?)^ \*\/$/ms.exec(readFileSync(file, 'utf8').replaceAll('\r\n', '\n')) ?? [];
  return comment.replaceAll(/^ \* ?/gm, '');
}

/** One line each. */
export function listExamples(examples: readonly Example[] = EXAMPLES): string {
  const nameOf = ({ name, version }: Example): string =>
    version === 'later' && examples.some((other) => other.name === name && other.version === '0.9')
      ? `org.apache.spark.examples.streaming.${name}`
      : name;
  const width = Math.max(...examples.map((example) => nameOf(example).length));
  return examples.map((example) => `${nameOf(example).padEnd(width)}  ${example.line}\n`).join('');
}

/** The folder above the running copy that is a checkout of dstreams, if there is one. */
export function findRepository(folder = packageRoot()): string | undefined {
  const manifest = join(folder, 'package.json');
  if (existsSync(manifest) && existsSync(join(folder, 'examples', 'registry.ts'))) {
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string };
    if (name === 'dstreams') return folder;
  }
  const parent = dirname(folder);
  return parent === folder ? undefined : findRepository(parent);
}
