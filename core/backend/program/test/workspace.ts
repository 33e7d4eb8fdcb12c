import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A folder with files of a made-up user, removed by `remove`. */
export interface Workspace {
  readonly folder: string;
  path(name: string): string;
  write(files: Readonly<Record<string, string>>): void;
  remove(): void;
}

export function createWorkspace(files: Readonly<Record<string, string>> = {}): Workspace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dstreams test-')));
  const path = (name: string): string => join(folder, name);
  const write = (more: Readonly<Record<string, string>>): void => {
    for (const [name, text] of Object.entries(more)) {
      mkdirSync(dirname(path(name)), { recursive: true });
      writeFileSync(path(name), text);
    }
  };
  write(files);
  return { folder, path, write, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** Stands in for the running copy of the package, so that the rules of bundling are tested without an engine. */
export const fakePackage = {
  'copy/index.mjs': 'export const who = "fluent"; export class Tuple2 {}\n',
  'copy/java.mjs': 'export const who = "java"; export { Tuple2 } from "./index.mjs";\n',
  'copy/testing.mjs': 'export const who = "testing";\n',
};
