/**
 * Declarations in which a type that is exported beside a value of the same name has that name. The sources have the two in two files,
 * so the roll-up calls the type `DStream$1` and exports `type DStream<T> = DStream$1<T>`: that is what the compiler would speak of.
 * In one file the two can share the name.
 */
export function withExportedNames(declarations) {
  const names = [];
  const rest = declarations.replace(/^type (\w+)(<\w+>)? = \1\$1\2;\n/gm, (_, name) => {
    names.push(name);
    return '';
  });
  return names.reduce((text, name) => text.replaceAll(new RegExp(`(?<![\\w$])${name}\\$1(?![\\w$])`, 'g'), name), rest);
}
