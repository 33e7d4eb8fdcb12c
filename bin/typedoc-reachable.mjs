/**
 * A plugin of typedoc, after typedoc-plugin-missing-exports: that one adds, in the module `types`, whatever is not exported and
 * referred to, also by what is private or internal and so left out of the reference in the end. This one takes away again what nothing in
 * the reference leads to.
 */
import { Converter, makeRecursiveVisitor, ReflectionKind } from 'typedoc';

const BEHIND_ALL_OTHERS = -1e9;

export function load(app) {
  app.converter.on(
    Converter.EVENT_RESOLVE_BEGIN,
    ({ project }) => {
      const inner = app.options.getValue('internalModule');
      const modules = project.getChildrenByKind(ReflectionKind.Module);
      const others = modules.flatMap(({ children = [] }) => children.filter(({ name }) => name === inner));
      const exported = modules.flatMap(({ children = [] }) => children.filter((child) => !others.includes(child)));
      const reached = reachableFrom(exported);
      for (const module of others) {
        for (const child of [...(module.children ?? [])]) if (!reached.has(child)) project.removeReflection(child);
        if ((module.children ?? []).length === 0) project.removeReflection(module);
      }
    },
    BEHIND_ALL_OTHERS,
  );
}

/** Reflections, what stands in them, and all that their types refer to. */
function reachableFrom(reflections) {
  const reached = new Set();
  const waiting = [...reflections];
  const visitor = makeRecursiveVisitor({
    reference: ({ reflection }) => {
      // A member leads to what it is a member of.
      for (let it = reflection; it !== undefined && !it.isProject(); it = it.parent) {
        if (!it.kindOf(ReflectionKind.Module)) waiting.push(it);
      }
    },
    reflection: ({ declaration }) => void waiting.push(declaration),
  });
  for (let reflection = waiting.pop(); reflection !== undefined; reflection = waiting.pop()) {
    if (reached.has(reflection)) continue;
    reached.add(reflection);
    const { type, default: otherwise, extendedTypes = [], implementedTypes = [] } = reflection;
    for (const one of [type, otherwise, ...extendedTypes, ...implementedTypes]) one?.visit(visitor);
    reflection.traverse((child) => void waiting.push(child));
  }
  return reached;
}
