import ts from 'typescript';
import { lineOf, type ParsedSource, type SourceText } from './source.ts';

const RUNNERS = ['describe', 'context', 'it', 'specify', 'suite', 'test'];
/** The one place that may skip a test: it says which tool of the machine is missing. */
const MAY_SKIP = 'bin/test/needs.ts';

/** Tests that are switched off, and tests that switch others off. */
export function exclusiveTests(files: readonly ParsedSource[]): string[] {
  const found: string[] = [];
  for (const { path, tree } of files) {
    const visit = (node: ts.Node): void => {
      if (isExclusive(node, tree) && path !== MAY_SKIP)
        found.push(`${path}:${lineOf(tree, node)} ${node.getText(tree)}`);
      ts.forEachChild(node, visit);
    };
    visit(tree);
  }
  return found;
}

function isExclusive(node: ts.Node, tree: ts.SourceFile): boolean {
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression))
    return /^x(it|describe|specify|context)$/.test(node.expression.text);
  if (!ts.isPropertyAccessExpression(node) || !/^(only|skip)$/.test(node.name.text)) return false;
  return RUNNERS.includes(node.expression.getText(tree)) || node.expression.kind === ts.SyntaxKind.ThisKeyword;
}

/** Addresses of package registries; whoever installs has one of his own. */
const REGISTRY = /\bhttps?:\/\/(registry|npm|nexus|artifactory|pypi|repo|maven)\.[\w.-]+|\bregistry\.npm\w+\.\w+/;

/** Paths of one machine, and addresses of registries, in files that everybody gets. */
export function localTraces(files: readonly SourceText[], localFolders: readonly string[]): string[] {
  const found: string[] = [];
  for (const { path, text } of files) {
    const lines = text.split('\n');
    for (const [index, line] of lines.entries()) {
      const folder = localFolders.find((name) => line.includes(`${name}/`));
      if (folder !== undefined) found.push(`${path}:${index + 1} names the local folder ${folder}`);
      const registry = REGISTRY.exec(line);
      if (registry !== null) found.push(`${path}:${index + 1} names the registry ${registry[0]}`);
    }
  }
  return found;
}

/** Entries of a lock file that say where to download from. */
export function resolvedHosts(lock: {
  readonly packages: Readonly<Record<string, { readonly resolved?: string }>>;
}): string[] {
  return Object.entries(lock.packages)
    .filter(([, { resolved }]) => resolved !== undefined && /^\w+:/.test(resolved))
    .map(([path, { resolved }]) => `${path}: ${resolved}`);
}
