import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { isScript } from '../job.ts';

const script = resolve('package.json');
const ours = '    at defineJob (/app/node_modules/dstreams/dist/chunk.mjs:7:1)';
const node = '    at async ModuleLoader.import (node:internal/modules/esm/loader:606:24)';
const stack = (...lines: string[]) => ['Error', ours, ...lines].join('\n');

describe('whether a job module is the file that Node was started with', () => {
  const cases = [
    { name: 'an ES module', frames: [`    at ${pathToFileURL(script).href}:3:16`, node], is: true },
    { name: 'a CommonJS module', frames: [`    at Object.<anonymous> (${script}:3:16)`, node], is: true },
    {
      name: 'a module that the script imports',
      frames: [`    at ${pathToFileURL(resolve('README.md')).href}:3:16`, node],
      is: false,
    },
    {
      name: 'a module that the script requires',
      frames: [
        `    at Object.<anonymous> (${resolve('README.md')}:1:1)`,
        node,
        `    at Object.<anonymous> (${script}:3:16)`,
      ],
      is: false,
    },
    { name: 'nothing of the program', frames: [node], is: false },
  ];
  for (const { name, frames, is } of cases) {
    it(`${is ? 'yes' : 'no'}: ${name}`, () => expect(isScript(script, stack(...frames))).to.equal(is));
  }

  it('no: without a script', () => {
    expect(isScript(undefined, stack(node))).to.equal(false);
  });
});
