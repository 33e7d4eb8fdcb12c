import { expect } from 'chai';
import { join } from 'node:path';
import ts from 'typescript';
import { repositoryRoot } from '../../bin/repository-root.mjs';

/** What the compiler says to a program of one statement. */
function compile(statement: string): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    skipLibCheck: true,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    types: ['node'],
  };
  const name = join(repositoryRoot, 'api-fluent', 'test', 'statement.ts');
  const text = `import type { DStream } from '../index.ts';\ndeclare const lines: DStream<string>;\n${statement}\n`;
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => path === name || fileExists(path);
  host.getSourceFile = (path, ...rest) =>
    path === name ? ts.createSourceFile(path, text, ts.ScriptTarget.ES2022) : getSourceFile(path, ...rest);
  const program = ts.createProgram([name], options, host);
  return program
    .getSemanticDiagnostics(program.getSourceFile(name))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('what the compiler says', () => {
  const misuses = [
    {
      name: 'to an async function',
      statement: 'lines.map(async (l) => l);',
      says: 'this function must not be async: use mapAsync(f, { concurrency })',
    },
    {
      name: 'to an operation by key without pairs',
      statement: 'lines.reduceByKey((a, b) => a);',
      says: "Property 'reduceByKey' does not exist on type 'DStream<string>'",
    },
  ];
  for (const { name, statement, says } of misuses) {
    it(`${name} is readable`, () => {
      const messages = compile(statement);
      expect(messages[0]).to.include(says);
    }).timeout(60_000);
  }
});
