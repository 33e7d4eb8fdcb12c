import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';

/** A bug that is planted into a copy of the sources, which stay as they are: production code has no switches. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly find: string;
  readonly replace: string;
}

/** The text of its file with the bug in it. Throws when the place of the bug is not found. */
export function planted({ name, file, find, replace }: Mutant): string {
  const parts = readFileSync(resolve(file), 'utf8').split(find);
  if (parts.length !== 2) throw new Error(`${name}: its place was found ${parts.length - 1} times in ${file}`);
  return parts.join(replace);
}

let bundles = 0;

/**
 * One file of a module of this repository with all that it imports, for a process of its own or with a bug in it; removed
 * by `remove`. Throws when the place of the bug is not found.
 */
export async function bundle(entry: string, mutant?: Mutant): Promise<{ path: string; remove(): void }> {
  const folder = resolve('node_modules/.cache/dstreams-bundles');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${process.pid}-${bundles++}.mjs`);
  const mutated = mutant === undefined ? undefined : resolve(mutant.file);
  let isPlanted = mutant === undefined;
  await build({
    entryPoints: [resolve(entry)],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'silent',
    plugins: [
      {
        name: 'plant',
        setup(setup) {
          if (mutant === undefined) return;
          setup.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (path !== mutated) return undefined;
            isPlanted = true;
            return { contents: planted(mutant), loader: 'ts' };
          });
        },
      },
    ],
  });
  if (!isPlanted) throw new Error(`${mutant!.name}: ${mutant!.file} is not part of ${entry}`);
  return { path: outfile, remove: () => rmSync(outfile, { force: true }) };
}

/** Imports a module with a bug planted into what it stands on. */
export async function withBug<M>(entry: string, mutant: Mutant): Promise<M> {
  const { path, remove } = await bundle(entry, mutant);
  try {
    return await import(pathToFileURL(path).href);
  } finally {
    remove();
  }
}
