import ts from 'typescript';
import { isTest, lineOf, type ParsedSource } from './source.ts';

/**
 * Time, files and chance come from `Clock`, `Disk` and `Random`, which are passed in: that lets a simulator run the
 * engine. Only their implementations may touch the real ones.
 */
export const IMPLEMENTATIONS: Readonly<Record<Resource, readonly string[]>> = {
  // The gateway's client runs in browsers, where there is no core.
  time: ['core/time/system-clock.ts', 'core/time/manual-clock.ts', 'gateway/clients/js/host.ts'],
  // A bundled program can be made again, so its files need no `Disk`, which promises durability.
  files: ['core/storage/disk-node.ts', 'core/storage/disk-node.ts', 'core/backend/program/program-files.ts'],
  chance: ['core/time/random.ts', 'gateway/clients/js/host.ts'],
};

type Resource = 'time' | 'files' | 'chance';

const MODULES: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['fs', 'files'],
  ['fs/promises', 'files'],
  ['timers', 'time'],
  ['timers/promises', 'time'],
  ['perf_hooks', 'time'],
]);
const GLOBALS: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['setTimeout', 'time'],
  ['setInterval', 'time'],
  ['setImmediate', 'time'],
  ['performance', 'time'],
]);
const MEMBERS: ReadonlyMap<string, Resource> = new Map<string, Resource>([
  ['Date.now', 'time'],
  ['process.hrtime', 'time'],
  ['process.uptime', 'time'],
  ['AbortSignal.timeout', 'time'],
  ['Math.random', 'chance'],
  ['crypto.getRandomValues', 'chance'],
  ['crypto.randomUUID', 'chance'],
]);
const RANDOM_NAMES = ['randomBytes', 'randomFill', 'randomFillSync', 'randomInt', 'randomUUID', 'getRandomValues'];

/** Uses of clocks, timers, files and chance outside the implementations of their contracts. */
export function restrictedUses(files: readonly ParsedSource[]): string[] {
  return files.filter(({ path }) => isRestricted(path)).flatMap(usesIn);
}

/** The library and its command line; tests, benches and examples stand outside. */
function isRestricted(path: string): boolean {
  return /^(core|api-java-style|api-fluent|gateway|testing|bin)\//.test(path) && !isTest(path);
}

/** The command line reads the files that it is given (program, properties) before there is any engine. */
const isCommandLine = (path: string, resource: Resource): boolean => resource === 'files' && path.startsWith('bin/');

function usesIn({ path, tree, imports }: ParsedSource): string[] {
  const uses: string[] = [];
  const report = (line: number, what: string, resource: Resource) => {
    if (!IMPLEMENTATIONS[resource].includes(path) && !isCommandLine(path, resource))
      uses.push(`${path}:${line} uses ${what}`);
  };
  for (const { specifier, typeOnly, names, line } of imports) {
    const resource = MODULES.get(specifier.replace(/^node:/, ''));
    if (resource !== undefined && !typeOnly) report(line, specifier, resource);
    if (/^(node:)?crypto$/.test(specifier)) {
      for (const name of names) if (RANDOM_NAMES.includes(name)) report(line, name, 'chance');
    }
  }
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node)) return; // The type Date, and `typeof setTimeout`, do nothing.
    const ofGlobal = ts.isIdentifier(node) && isReference(node) ? GLOBALS.get(node.text) : undefined;
    if (ofGlobal !== undefined) report(lineOf(tree, node), node.getText(tree), ofGlobal);
    if (ts.isPropertyAccessExpression(node)) {
      const name = node
        .getText(tree)
        .replace(/\s|\?/g, '')
        .replace(/^globalThis\./, '');
      const resource =
        MEMBERS.get(name) ?? (/^globalThis\??\./.test(node.getText(tree)) ? GLOBALS.get(name) : undefined);
      if (resource !== undefined) report(lineOf(tree, node), name, resource);
    }
    // `new Date(ms)` is arithmetic; without an argument it reads the clock.
    if (ts.isNewExpression(node) && node.expression.getText(tree) === 'Date' && !node.arguments?.length) {
      report(lineOf(tree, node), 'new Date()', 'time');
    }
    if (ts.isCallExpression(node) && node.expression.getText(tree) === 'Date')
      report(lineOf(tree, node), 'Date()', 'time');
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return uses;
}

/** False for names of properties, members, parameters and labels, which only look like the global. */
function isReference(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isPropertyAssignment(parent) || ts.isVariableDeclaration(parent) || ts.isParameter(parent)) {
    return parent.initializer === node;
  }
  return (
    !ts.isClassElement(parent) &&
    !ts.isTypeElement(parent) &&
    !ts.isImportSpecifier(parent) &&
    !ts.isBindingElement(parent)
  );
}
