import { expect } from 'chai';
import { createWorkspace, type Workspace } from '../../../core/backend/program/test/workspace.ts';
import { type CliResult, runCli } from './run-cli.ts';

describe('submit --check', function () {
  this.timeout(20_000);
  let workspace: Workspace;
  beforeEach(() => {
    workspace = createWorkspace();
  });
  afterEach(() => workspace.remove());

  const check = (file: string, files: Record<string, string>): Promise<CliResult> => {
    workspace.write(files);
    return runCli(['submit', '--check', file], { cwd: workspace.folder });
  };

  it('runs nothing when there are type errors, and says where', async () => {
    const { exitCode, stdout, stderr } = await check('job.ts', {
      'job.ts': 'import { n } from "./n.ts";\nconst text: string = n;\nexport default () => console.log(text);',
      'n.ts': 'export const n = 1;',
    });
    expect(stderr)
      .to.contain('job.ts(2,7): error TS2322')
      .and.contain('PROGRAM_FAILED')
      .and.contain('does not type-check');
    expect([exitCode, stdout]).to.deep.equal([1, '']);
  });

  it('goes on silently when there are none', async () => {
    const { exitCode, stdout, stderr } = await check('job.ts', {
      'job.ts':
        'import { basename } from "node:path";\nexport default (args: string[]) => console.log(basename("/x/y"), args.length);',
      'node_modules/@types/node/package.json': '{"name":"@types/node","version":"1.0.0","types":"index.d.ts"}',
      'node_modules/@types/node/index.d.ts':
        'declare module "node:path" { export function basename(path: string): string; }\ndeclare const console: { log(...x: unknown[]): void };',
    });
    expect({ exitCode, stdout, stderr }).to.deep.equal({ exitCode: 0, stdout: 'y 0\n', stderr: '' });
  });

  it('checks JavaScript too', async () => {
    const { exitCode, stderr } = await check('job.mjs', { 'job.mjs': '/** @type {number} */\nexport const n = "a";' });
    expect(exitCode).to.equal(1);
    expect(stderr).to.contain('job.mjs(2,14): error TS2322');
  });

  it('goes by the nearest tsconfig.json, for this file only', async () => {
    const { exitCode, stdout } = await check('src/job.ts', {
      'tsconfig.json': `{ // loose
        "compilerOptions": { "strict": false, "composite": true, "tsBuildInfoFile": "x.tsbuildinfo",
          "target": "es2022", "module": "esnext", "moduleResolution": "bundler", "types": [] },
        "include": ["src"] }`,
      'src/job.ts': 'declare const console: any;\nexport default (anything) => console.log(anything.length);',
      'src/other.ts': 'const wrong: number = "a";',
    });
    expect([exitCode, stdout]).to.deep.equal([0, '0\n']);
  });

  it('uses the TypeScript of the program’s own folder', async () => {
    const { exitCode, stderr } = await check('job.ts', {
      'job.ts': 'export default () => {};',
      'node_modules/typescript/package.json': '{"name":"typescript","bin":{"tsc":"./bin/tsc"}}',
      'node_modules/typescript/bin/tsc': 'console.log("own compiler", process.argv[2]); process.exit(2);',
    });
    expect(exitCode).to.equal(1);
    expect(stderr).to.contain('own compiler --project');
  });

  it('says so when there is no such file', async () => {
    expect((await check('none.ts', {})).stderr).to.contain('PROGRAM_NOT_FOUND');
  });
});
