import { expect } from 'chai';
import { DStreamsError } from '../../../core/errors.ts';
import { EXAMPLES, type Example, findExample } from '../../../examples/registry.ts';
import { exampleFile, exampleNamed, findRepository, listExamples, usageOfExample } from '../examples.ts';

const both: Example[] = [
  { name: 'A', version: 'later', file: 'later/A.ts', line: 'later a' },
  { name: 'A', version: '0.9', file: 'A.ts', line: 'a' },
  { name: 'B', version: 'later', file: 'later/B.ts', line: 'b' },
  { name: 'clickstream.C', version: '0.9', file: 'clickstream/C.ts', line: 'c' },
  { name: 'D', version: 'both', file: 'D.ts', line: 'd' },
];

describe('findExample', () => {
  const cases: { name: string; file: string | undefined }[] = [
    { name: 'A', file: 'A.ts' },
    { name: 'B', file: 'later/B.ts' },
    { name: 'org.apache.spark.streaming.examples.A', file: 'A.ts' },
    { name: 'org.apache.spark.examples.streaming.A', file: 'later/A.ts' },
    { name: 'org.apache.spark.streaming.examples.B', file: undefined },
    { name: 'org.apache.spark.streaming.examples.clickstream.C', file: 'clickstream/C.ts' },
    { name: 'D', file: 'D.ts' },
    { name: 'org.apache.spark.streaming.examples.D', file: 'D.ts' },
    { name: 'org.apache.spark.examples.streaming.D', file: 'D.ts' },
    { name: 'clickstream.C', file: 'clickstream/C.ts' },
    { name: 'C', file: 'clickstream/C.ts' },
    { name: 'stream.C', file: undefined },
    { name: '', file: undefined },
  ];
  for (const { name, file } of cases) {
    it(`takes ${String(file)} for "${name}"`, () => expect(findExample(name, both)?.file).to.equal(file));
  }
});

describe('the examples', () => {
  it('have one name each within a version', () => {
    const names = EXAMPLES.map(({ name, version }) => `${version} ${name}`);
    expect(new Set(names).size).to.equal(names.length);
  });

  it('are listed with a line each, under a name that finds them', () => {
    const lines = listExamples(both).trimEnd().split('\n');
    expect(lines.map((line) => line.split(/ {2,}/))).to.deep.equal([
      ['org.apache.spark.examples.streaming.A', 'later a'],
      ['A', 'a'],
      ['B', 'b'],
      ['clickstream.C', 'c'],
      ['D', 'd'],
    ]);
    for (const [i, line] of lines.entries()) expect(findExample(line.split(' ')[0]!, both)).to.equal(both[i]);
  });

  it('say what they do and take, each in its own words', () => {
    for (const example of EXAMPLES) {
      const usage = usageOfExample(exampleFile(example));
      expect(usage, example.file).to.match(new RegExp(`^  ${example.name.split('.').at(-1)}( |$)`, 'm'));
      expect(usage, example.file).to.contain('./run-example');
    }
  });

  it('are found in the repository, and only there', () => {
    const repo = findRepository();
    expect(exampleFile(EXAMPLES[0]!)).to.equal(`${repo}/examples/${EXAMPLES[0]!.file}`);
    expect(findRepository('/')).to.equal(undefined);
  });

  it('are suggested when a name is misspelt', () => {
    expect(() => exampleNamed('NetworkWordcounts'))
      .to.throw(DStreamsError, 'did you mean NetworkWordCount?')
      .with.property('code', 'COMMAND_INVALID');
  });
});
