import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { packageRoot } from '../../core/backend/program/index.ts';
import { DStreamsError } from '../../core/errors.ts';

/**
 * Type-checks `file`, and what it imports, with the TypeScript of its own folder (else the one that is installed beside dstreams) and
 * the nearest tsconfig.json. The compiler runs as a process of its own: newer versions have no other interface. What it
 * finds goes to stderr. Throws `PROGRAM_FAILED` when there are errors, `PROGRAM_NOT_FOUND`, and `UNSUPPORTED` without a TypeScript.
 */
export async function typeCheck(file: string): Promise<void> {
  const source = resolve(file);
  if (!existsSync(source)) throw new DStreamsError('PROGRAM_NOT_FOUND', `There is no program file ${source}.`);
  const folder = dirname(source);
  const compiler = findCompiler(folder) ?? findCompiler(packageRoot());
  if (compiler === undefined) {
    throw new DStreamsError(
      'UNSUPPORTED',
      `--check needs TypeScript, which is not installed for ${folder}: run npm install --save-dev typescript there.`,
    );
  }
  const temporary = mkdtempSync(join(tmpdir(), 'dstreams-check-'));
  try {
    const project = join(temporary, 'tsconfig.json');
    writeFileSync(project, JSON.stringify(configFor(source, folder)));
    const exitCode = await run(
      compiler,
      ['--project', project, '--pretty', String(process.stderr.isTTY === true)],
      folder,
    );
    if (exitCode !== 0) throw new DStreamsError('PROGRAM_FAILED', `${source} does not type-check.`);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function findCompiler(folder: string): string | undefined {
  try {
    const manifest = createRequire(join(folder, 'x.js')).resolve('typescript/package.json');
    const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { tsc: string } };
    return join(dirname(manifest), bin.tsc);
  } catch {
    return undefined;
  }
}

/** The folder itself and all above it. */
function upwards(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...upwards(parent)];
}

/** A project of this one file: the user's options, if there are any, without the other files of the user's project. */
function configFor(source: string, folder: string): object {
  const config = upwards(folder)
    .map((above) => join(above, 'tsconfig.json'))
    .find((path) => existsSync(path));
  const isScript = /\.[cm]?jsx?$/.test(source);
  const compilerOptions: Record<string, unknown> = {
    noEmit: true,
    // What a build wants of its options and what goes with nothing but a build.
    ...{
      composite: false,
      incremental: false,
      declarationMap: false,
      tsBuildInfoFile: null,
      emitDeclarationOnly: null,
    },
  };
  if (isScript) Object.assign(compilerOptions, { allowJs: true, checkJs: true });
  // Found from the temporary project they would be nobody's.
  if (config === undefined || !/"typeRoots"/.test(readFileSync(config, 'utf8'))) {
    compilerOptions['typeRoots'] = upwards(folder).map((above) => join(above, 'node_modules', '@types'));
  }
  if (config !== undefined) return { extends: config, compilerOptions, files: [source], include: [], references: [] };
  const hasNodeTypes = upwards(folder).some((above) => existsSync(join(above, 'node_modules', '@types', 'node')));
  return {
    compilerOptions: {
      ...compilerOptions,
      ...{ strict: true, target: 'es2022', module: 'esnext', moduleResolution: 'bundler', jsx: 'preserve' },
      ...{ allowImportingTsExtensions: true, resolveJsonModule: true, skipLibCheck: true },
      types: hasNodeTypes ? ['node'] : [],
    },
    files: [source],
  };
}

function run(compiler: string, args: string[], folder: string): Promise<number> {
  return new Promise((done, fail) => {
    // Its messages are no output of the program: stdout stays clean.
    const child = spawn(process.execPath, [compiler, ...args], { cwd: folder, stdio: ['ignore', 2, 2] });
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 1));
  });
}
