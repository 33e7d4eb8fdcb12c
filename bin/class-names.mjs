/**
 * An esbuild plugin: classes keep their names. In a bundle a class that names itself becomes `var Tuple2 = class _Tuple2`, and
 * records print as `_Tuple2 { … }`, stacks as `_Tuple2.swap`. (esbuild's own `keepNames` puts a call around every function,
 * which costs in loops, and stacks show the other name all the same.) Needs `write: false`.
 */
export const classNames = {
  name: 'class-names',
  setup(build) {
    build.onEnd(({ outputFiles = [] }) => {
      for (const file of outputFiles.filter(({ path }) => path.endsWith('.mjs'))) {
        file.contents = Buffer.from(withClassNames(file.text));
      }
    });
  },
};

/** The code of a bundle, as long as before. */
export function withClassNames(code) {
  const names = Array.from(code.matchAll(/^\s*var (\w+) = class _\1\b/gm), ([, name]) => name);
  if (names.length === 0) return code;
  // A space for the underscore: source maps still fit.
  return code.replace(new RegExp(`(?<![\\w$'"\`#]|(?<!\\.\\.)\\.)_(${names.join('|')})(?![\\w$])`, 'g'), '$1 ');
}
