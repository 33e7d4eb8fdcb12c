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

let planted = 0;

/** Builds a module over sources with the bug in them, and loads it. */
export async function plant<M>(mutant: Mutant, entry: string): Promise<M> {
  const folder = resolve('node_modules/.cache/dstreams-mutants');
  mkdirSync(folder, { recursive: true });
  const outfile = join(folder, `${process.pid}-${planted++}.mjs`);
  const mutated = resolve(mutant.file);
  let isPlanted = false;
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
          setup.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            if (path !== mutated) return undefined;
            const parts = readFileSync(path, 'utf8').split(mutant.find);
            if (parts.length !== 2) throw new Error(`${mutant.name}: its place was found ${parts.length - 1} times`);
            isPlanted = true;
            return { contents: parts.join(mutant.replace), loader: 'ts' };
          });
        },
      },
    ],
  });
  if (!isPlanted) throw new Error(`${mutant.name}: ${mutant.file} is not part of ${entry}`);
  try {
    return (await import(pathToFileURL(outfile).href)) as M;
  } finally {
    rmSync(outfile);
  }
}
