import { builtinModules } from 'node:module';
import { isTest, type ParsedSource } from './source.ts';

/** Packages that have one home in core, so that they can be replaced there. */
const HOMES: Readonly<Record<string, RegExp>> = {
  zod: /^core\/options\//,
  msgpackr: /^core\/data\//,
  esbuild: /^core\/backend\/program\//,
};

/** Imports of packages that a user would not have (shipped files may use `dependencies` only), or from the wrong place. */
export function packageViolations(
  files: readonly ParsedSource[],
  shipped: ReadonlySet<string>,
  dependencies: readonly string[],
): string[] {
  const violations: string[] = [];
  for (const { path, imports } of files) {
    for (const { specifier, file, line, typeOnly } of imports) {
      if (file !== undefined || isTest(path)) continue;
      const name = packageOf(specifier);
      if (name === 'dstreams' && path.startsWith('core/'))
        violations.push(`${path}:${line} imports the package by name`);
      if (isBuiltin(specifier) || name === 'dstreams') continue;
      if (shipped.has(path) && !typeOnly && !dependencies.includes(name)) {
        violations.push(`${path}:${line} imports ${name}, which is not in dependencies`);
      }
      const home = HOMES[name];
      if (path.startsWith('core/') && home !== undefined && !home.test(path)) {
        violations.push(`${path}:${line} imports ${name}, whose home in core is ${home.source}`);
      }
    }
  }
  return violations;
}

const isBuiltin = (specifier: string): boolean =>
  specifier.startsWith('node:') || builtinModules.includes(specifier.split('/')[0] as string);

const packageOf = (specifier: string): string => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
