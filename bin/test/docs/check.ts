import { basename, resolve } from 'node:path';
import ts from 'typescript';
import type { Sample } from './samples.ts';

/** Samples as one program of the compiler, each a module of its own; `sampleOf` has them by the name of their file. */
export interface CompiledSamples {
  readonly program: ts.Program;
  readonly sampleOf: ReadonlyMap<string, Sample>;
}

/** Compiles samples, and with them the files of the repository that are named. */
export function compile(samples: readonly Sample[], files: readonly string[] = []): CompiledSamples {
  const config = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, process.cwd());
  options.noUnusedLocals = false;
  options.moduleDetection = ts.ModuleDetectionKind.Force;
  const sampleOf = new Map(
    samples.map((sample, index) => [resolve(`documentation-sample-${index}.${sample.language}`), sample]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => sampleOf.has(file) || fileExists.call(host, file);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const sample = sampleOf.get(file);
    return sample === undefined
      ? getSourceFile.call(host, file, languageVersion, ...rest)
      : ts.createSourceFile(file, sample.code, languageVersion, true);
  };
  const program = ts.createProgram([...sampleOf.keys(), ...files.map((file) => resolve(file))], options, host);
  return { program, sampleOf };
}

/** What the compiler says about samples, each as `README.md:12+3: message` (line 3 of the sample that opens at line 12). */
export function typeErrors({ program, sampleOf }: CompiledSamples): string[] {
  const errors: string[] = [];
  for (const [file, sample] of sampleOf) {
    const tree = program.getSourceFile(file);
    if (tree === undefined) throw new Error(`the compiler did not read ${basename(file)}`);
    for (const { start, messageText } of [
      ...program.getSyntacticDiagnostics(tree),
      ...program.getSemanticDiagnostics(tree),
    ]) {
      const line = tree.getLineAndCharacterOfPosition(start ?? 0).line + 1;
      errors.push(`${sample.where}+${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
    }
  }
  return errors;
}
