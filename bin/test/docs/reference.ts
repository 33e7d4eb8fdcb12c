/** What typedoc says of a name, as much of it as is asked for here. */
export interface Reflection {
  readonly name: string;
  readonly kind: number;
  readonly comment?: { readonly summary?: readonly unknown[]; readonly blockTags?: readonly unknown[] };
  readonly children?: readonly Reflection[];
  readonly signatures?: readonly Reflection[];
  readonly getSignature?: Reflection;
  readonly setSignature?: Reflection;
  readonly parameters?: readonly object[];
  readonly type?: { readonly type?: string; readonly declaration?: Reflection };
  readonly inheritedFrom?: object;
  readonly flags?: { readonly isProtected?: boolean; readonly isExternal?: boolean };
}

/** Kinds of typedoc: something that is exported by another name, and the module of what is only referred to. */
const REFERENCE = 4_194_304;
const MODULE = 2;
const CONSTRUCTOR = 512;

/** Methods of every object in Java and in JavaScript, and fields for the compiler alone: their names say all. */
const OBVIOUS = /^(toString|equals|hashCode|toJSON|valueOf|prototype|\[.*\]|__.*)$/;

/** Whether a name has a docstring: its own, that of a signature, or that of the function that it holds. */
export function isDescribed(reflection: Reflection): boolean {
  const { comment, signatures = [], getSignature, setSignature, type } = reflection;
  if ((comment?.summary?.length ?? 0) > 0 || (comment?.blockTags?.length ?? 0) > 0) return true;
  return [...signatures, getSignature, setSignature, type?.declaration].some(
    (of) => of !== undefined && isDescribed(of),
  );
}

/**
 * Names and members that the reference shows without a docstring, as `module: name` and `module: Class.member`; of several signatures
 * each needs its own, as editors show that of the one called. Left out are what a class has from another, what is plain from its
 * name, constructors without parameters, and constants whose type is their value.
 */
export function undescribed(modules: readonly Reflection[]): string[] {
  return modules.flatMap(({ name: module, children = [] }) =>
    children
      .flatMap((child) => (child.kind === MODULE ? (child.children ?? []) : [child]))
      .filter(({ kind }) => kind !== REFERENCE)
      .flatMap((child) => [
        ...silent(child),
        ...membersOf(child).flatMap((member) => silent(member).map((label) => `${child.name}.${label}`)),
      ])
      .map((label) => `${module}: ${label}`),
  );
}

/** Of a class or an interface, or of the object that a constant holds. */
function membersOf({ children, type }: Reflection): readonly Reflection[] {
  return (children ?? type?.declaration?.children ?? []).filter(
    ({ name, kind, inheritedFrom, flags, type: typeOf }) =>
      inheritedFrom === undefined &&
      kind !== REFERENCE &&
      flags?.isExternal !== true &&
      typeOf?.type !== 'literal' &&
      !OBVIOUS.test(name),
  );
}

/** The member, or those of its signatures, of which nothing is said. */
function silent(member: Reflection): string[] {
  const { name, kind, comment, signatures = [] } = member;
  if (comment !== undefined || signatures.length === 0) return isDescribed(member) ? [] : [name];
  return signatures
    .filter(({ parameters = [] }) => kind !== CONSTRUCTOR || parameters.length > 0)
    .flatMap((signature, index) => (isDescribed(signature) ? [] : [`${name} (form ${index + 1})`]));
}
