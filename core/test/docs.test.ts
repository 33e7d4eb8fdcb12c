import { expect } from 'chai';
import { ERROR_KINDS } from '../errors.ts';
import { confTables } from '../options/conf-table.ts';
import { readFile } from '../storage/disk.ts';
import { NodeDisk } from '../storage/disk-node.ts';

/** Tests run from the root of the repository. */
const documentText = async (name: string): Promise<string> =>
  new TextDecoder().decode(await readFile(new NodeDisk(), `${process.cwd()}/docs/${name}`, 1_000_000));

describe('docs/errors.md', () => {
  it('has a paragraph for every code and for no other, with its kind', async () => {
    const sections = (await documentText('errors.md')).split(/^### /m).slice(1);
    const kinds = sections.map((section) => {
      const [code, paragraph = ''] = section.split('\n');
      expect(paragraph.length, `the paragraph of ${code}`).to.be.above(30);
      return [code, paragraph.split('.')[0]];
    });
    expect(kinds.length, 'every code once').to.equal(new Set(kinds.map(([code]) => code)).size);
    expect(Object.fromEntries(kinds)).to.deep.equal({ ...ERROR_KINDS });
  });
});

describe('docs/configuration.md', () => {
  it('has every key with default, unit and meaning, as the code has them', async () => {
    const document = await documentText('configuration.md');
    expect(document.includes(confTables()), `replace its tables by:\n${confTables()}`).to.equal(true);
  });
});
