import { basename, resolve } from 'node:path';
import ts from 'typescript';
import type { Sample } from './samples.ts';

/** What the compiler says about samples, each as `README.md:12+3: message` (line 3 of the sample that opens at line 12). */
export function typeErrors(samples: readonly Sample[]): string[] {
  const config = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, process.cwd());
  options.noUnusedLocals = false;
  options.moduleDetection = ts.ModuleDetectionKind.Force;
  const files = new Map(
    samples.map((sample, index) => [resolve(`documentation-sample-${index}.${sample.language}`), sample]),
  );
  const host = ts.createCompilerHost(options);
  const { fileExists, getSourceFile } = host;
  host.fileExists = (file) => files.has(file) || fileExists.call(host, file);
  host.getSourceFile = (file, languageVersion, ...rest) => {
    const sample = files.get(file);
    return sample === undefined
      ? getSourceFile.call(host, file, languageVersion, ...rest)
      : ts.createSourceFile(file, sample.code, languageVersion, true);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const errors: string[] = [];
  for (const [file, sample] of files) {
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
