import { expect } from 'chai';
import { chmodSync, mkdirSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DStreamsError } from '../../../errors.ts';
import { NodeProgramFiles } from '../program-files.ts';
import { createWorkspace, type Workspace } from './workspace.ts';

describe('NodeProgramFiles', () => {
  let workspace: Workspace;
  let files: NodeProgramFiles;
  beforeEach(() => {
    workspace = createWorkspace();
    files = new NodeProgramFiles(workspace.folder);
  });
  afterEach(() => workspace.remove());

  it('makes a folder that only its owner can enter, once', () => {
    const folder = files.privateFolder();
    expect(dirname(folder)).to.equal(workspace.folder);
    expect(basename(folder)).to.match(/^dstreams-/);
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).to.equal(0o700);
    expect(files.privateFolder()).to.equal(folder);
  });

  it('refuses a folder that others may write to, or a link', function () {
    if (process.platform === 'win32') return;
    const folder = files.privateFolder();
    chmodSync(folder, 0o777);
    expect(() => files.privateFolder())
      .to.throw(DStreamsError)
      .with.property('code', 'IO_FAILED');
    const other = createWorkspace();
    mkdirSync(other.path('target'));
    symlinkSync(other.path('target'), other.path(basename(folder)));
    expect(() => new NodeProgramFiles(other.folder).privateFolder()).to.throw(DStreamsError);
    other.remove();
  });

  it('leaves nothing but the file, with the last content', () => {
    const folder = workspace.path('f');
    files.ensureFile(folder, 'a', 'one');
    files.ensureFile(folder, 'a', 'one');
    files.ensureFile(folder, 'a', 'two');
    expect(readdirSync(folder)).to.deep.equal(['a']);
    expect(files.readText(join(folder, 'a'))).to.equal('two');
  });

  it('knows regular files only, without links', () => {
    workspace.write({ a: '' });
    symlinkSync(workspace.path('a'), workspace.path('link'));
    expect(files.realFile(workspace.path('link'))).to.equal(workspace.path('a'));
    expect(files.realFile(workspace.folder)).to.equal(undefined);
    expect(files.realFile(workspace.path('none'))).to.equal(undefined);
  });
});
