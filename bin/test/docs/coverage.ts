import type { Reflection } from './reference.ts';

/** Kinds of typedoc that name something a program can use at run time. */
const VALUES = new Set([8 /* enum */, 32 /* variable */, 64 /* function */, 128 /* class */]);
const METHODS = new Set([2048 /* method */, 262_144 /* accessor */]);

/** Every word of code that pages mention: in text, tables and samples. */
function wordsOf(pages: readonly string[]): ReadonlySet<string> {
  return new Set(pages.flatMap((page) => page.match(/[A-Za-z_$][\w$]*/g) ?? []));
}

/**
 * Exported values, and methods of the classes named, that no page mentions which imports from their module, as
 * `module: name` and `module: Class.method`: what another surface has by the same name is another thing. Types are left
 * out, as a page needs no words for each shape of options; so are methods of Java's `Object`, those that begin with an
 * underscore, and those that only a class below can call.
 */
export function unmentioned(
  modules: readonly Reflection[],
  classes: ReadonlySet<string>,
  pages: readonly string[],
): string[] {
  const missing = new Set<string>();
  for (const { name: module, children = [] } of modules) {
    const words = wordsOf(pages.filter((page) => page.includes(` from '${module}';`)));
    for (const child of children) {
      if (VALUES.has(child.kind) && !words.has(child.name)) missing.add(`${module}: ${child.name}`);
    }
    // The interfaces of streams and contexts stand among the types that exports refer to.
    for (const type of children.flatMap((child) => [child, ...(child.kind === 2 ? (child.children ?? []) : [])])) {
      if (!classes.has(type.name)) continue;
      for (const { name, kind, inheritedFrom, flags } of type.children ?? []) {
        const isOwn = METHODS.has(kind) && inheritedFrom === undefined && !flags?.isProtected;
        if (isOwn && /^[a-z]/.test(name) && !words.has(name)) missing.add(`${module}: ${type.name}.${name}`);
      }
    }
  }
  return [...missing];
}
