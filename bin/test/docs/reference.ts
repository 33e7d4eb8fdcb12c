/** What typedoc says of a name, as much of it as is asked for here. */
export interface Reflection {
  readonly name: string;
  readonly kind: number;
  readonly comment?: { readonly summary?: readonly unknown[]; readonly blockTags?: readonly unknown[] };
  readonly children?: readonly Reflection[];
  readonly signatures?: readonly Reflection[];
  readonly getSignature?: Reflection;
  readonly setSignature?: Reflection;
  readonly type?: { readonly declaration?: Reflection };
  readonly inheritedFrom?: object;
  readonly flags?: { readonly isProtected?: boolean };
}

/** Kinds of typedoc: something that is exported by another name, and the module of what is only referred to. */
const REFERENCE = 4_194_304;
const MODULE = 2;

/** Whether a name has a docstring: its own, that of a signature, or that of the function that it holds. */
export function isDescribed(reflection: Reflection): boolean {
  const { comment, signatures = [], getSignature, setSignature, type } = reflection;
  if ((comment?.summary?.length ?? 0) > 0 || (comment?.blockTags?.length ?? 0) > 0) return true;
  return [...signatures, getSignature, setSignature, type?.declaration].some(
    (of) => of !== undefined && isDescribed(of),
  );
}

/** Exported names without a docstring, as `module: name`. */
export function undescribed(modules: readonly Reflection[]): string[] {
  return modules.flatMap(({ name: module, children = [] }) =>
    children
      .filter(({ kind }) => kind !== REFERENCE && kind !== MODULE)
      .filter((child) => !isDescribed(child))
      .map(({ name }) => `${module}: ${name}`),
  );
}
