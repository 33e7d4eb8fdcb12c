/**
 * In a bundle a class that names itself becomes `var Point = class _Point`, and its instances print as `_Point { … }`. This gives the
 * code with the names that they had, as long as before, so that source maps fit: a space stands for the underscore. It looks at words,
 * not at syntax: in a text `_Point` is replaced as well, unless it begins it. A module of JavaScript, as the scripts of bin/ use it too.
 */
export function withClassNames(code) {
  const names = Array.from(code.matchAll(/^\s*var (\w+) = class _\1\b/gm), ([, name]) => name);
  if (names.length === 0) return code;
  return code.replace(new RegExp(`(?<![\\w$'"\`#]|(?<!\\.\\.)\\.)_(${names.join('|')})(?![\\w$])`, 'g'), '$1 ');
}
