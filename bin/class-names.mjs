import { withClassNames } from '../core/backend/program/class-names.mjs';

/**
 * An esbuild plugin: the library's classes keep their names in what users print and in stacks. (esbuild's own `keepNames` puts a
 * call around every function, which costs in loops, and stacks show the other name all the same.) Needs `write: false`.
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
