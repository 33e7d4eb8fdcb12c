import { expect } from 'chai';
import { DStreamsError } from '../../../core/errors.ts';
import { parseRunCommand, type RunCommand } from '../arguments.ts';
import { confOf } from '../conf.ts';
import { parseProperties } from '../properties.ts';

const parse = (line: string): RunCommand => parseRunCommand('submit', line.split(' ').filter(Boolean));

describe('parseRunCommand', () => {
  const cases: { line: string; expected: Partial<RunCommand> }[] = [
    { line: '', expected: { target: undefined, args: [], check: false } },
    { line: 'job.ts', expected: { target: 'job.ts', args: [] } },
    { line: 'job.ts a b', expected: { target: 'job.ts', args: ['a', 'b'] } },
    { line: '--master local job.ts local[2] host 99', expected: { master: 'local', args: ['local[2]', 'host', '99'] } },
    { line: 'job.ts --master=local[2] --check -- --x', expected: { master: 'local[2]', check: true, args: ['--x'] } },
    {
      line: 'job.ts a --master local -- b',
      expected: { master: undefined, args: ['a', '--master', 'local', '--', 'b'] },
    },
    {
      line: '--name n --class C -- job.ts -a',
      expected: { name: 'n', className: 'C', target: 'job.ts', args: ['-a'] },
    },
    {
      line: '--conf a=1 job.ts --conf b=x=y',
      expected: {
        conf: [
          ['a', '1'],
          ['b', 'x=y'],
        ],
      },
    },
    { line: '--conf=a= job.ts', expected: { conf: [['a', '']] } },
    { line: '--name a --name b job.ts', expected: { name: 'b' } },
    { line: 'job.ts -5 -', expected: { args: ['-5', '-'] } },
    { line: '--properties-file f --log-level WARN job.ts', expected: { propertiesFile: 'f', logLevel: 'WARN' } },
    { line: '-h', expected: { help: true } },
  ];
  for (const { line, expected } of cases) {
    it(`reads "${line}"`, () => {
      const command = parse(line);
      for (const [key, value] of Object.entries(expected)) {
        expect(command[key as keyof RunCommand], key).to.deep.equal(value);
      }
    });
  }

  const refused = [
    { line: '--mster local job.ts', says: 'did you mean --master?' },
    { line: 'job.ts --verbose', says: 'submit job.ts -- --verbose' },
    { line: 'job.ts -x', says: '-x' },
    { line: 'job.ts --master', says: '--master needs a value' },
    { line: '--name --check job.ts', says: '--name needs a value' },
    { line: '--check=yes job.ts', says: '--check takes no value' },
    { line: '--conf a job.ts', says: 'KEY=VALUE' },
    { line: '--conf =a job.ts', says: 'KEY=VALUE' },
  ];
  for (const { line, says } of refused) {
    it(`refuses "${line}"`, () => {
      expect(() => parse(line))
        .to.throw(DStreamsError, says)
        .with.property('code', 'COMMAND_INVALID');
    });
  }
});

describe('confOf', () => {
  it('lets named options win over --conf, of which the last one counts', () => {
    const conf = confOf(
      parse('--master local --name n --log-level WARN --conf spark.master=x --conf a=1 --conf a=2 job.ts'),
    );
    expect(Object.fromEntries(conf)).to.deep.equal({
      'spark.master': 'local',
      'spark.app.name': 'n',
      'dstreams.log.level': 'WARN',
      a: '2',
    });
  });

  it('refuses a properties file that cannot be read', () => {
    expect(() => confOf(parse('--properties-file /nowhere/x.conf job.ts')))
      .to.throw(DStreamsError, '/nowhere/x.conf')
      .with.property('code', 'COMMAND_INVALID');
  });
});

describe('parseProperties', () => {
  const cases: { name: string; text: string; entries: [string, string][] }[] = [
    { name: 'blanks between key and value', text: 'spark.master   local[2]', entries: [['spark.master', 'local[2]']] },
    {
      name: 'equals signs and colons',
      text: 'a=1\nb : 2\r\nc = x = y',
      entries: [
        ['a', '1'],
        ['b', '2'],
        ['c', 'x = y'],
      ],
    },
    { name: 'comments and empty lines', text: '# a=1\n\n  ! b=2\n c=3 ', entries: [['c', '3']] },
    {
      name: 'lines that go on',
      text: 'a=1,\\\n   2\nb',
      entries: [
        ['a', '1,2'],
        ['b', ''],
      ],
    },
    {
      name: 'a key given twice',
      text: 'a 1\na 2',
      entries: [
        ['a', '1'],
        ['a', '2'],
      ],
    },
  ];
  for (const { name, text, entries } of cases) {
    it(`reads ${name}`, () => expect(parseProperties(text)).to.deep.equal(entries));
  }
});
