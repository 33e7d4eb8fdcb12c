import { expect } from 'chai';
import type { Disk } from '../disk.ts';
import { readFile, removeAll, writeAll, writeFile, writeFileDurably } from '../disk.ts';
import { errnoFrom } from './errno-from.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What every Disk promises. `setUp` gives an empty directory. */
export function describeDisk(name: string, setUp: () => Promise<{ disk: Disk; directory: string }>): void {
  describe(`any Disk: ${name}`, () => {
    let disk: Disk;
    let directory: string;
    const at = (path: string): string => `${directory}/${path}`;
    const put = (path: string, text: string): Promise<void> => writeFile(disk, at(path), bytesOf(text));
    const get = async (path: string): Promise<string> => textOf(await readFile(disk, at(path), 1000));

    beforeEach(async () => {
      ({ disk, directory } = await setUp());
    });
    afterEach(() => removeAll(disk, directory));

    it('reads what was written, whole or in part', async () => {
      const file = await disk.open(at('a'), 'create');
      await writeAll(file, bytesOf('hello world'), 0);
      await writeAll(file, bytesOf('W'), 6);
      await file.sync();
      expect(await file.sizeBytes()).to.equal(11);
      const part = new Uint8Array(5);
      expect(await file.read(part, 6)).to.equal(5);
      expect(textOf(part)).to.equal('World');
      expect(await file.read(part, 9)).to.equal(2);
      expect(await file.read(part, 11)).to.equal(0);
      expect(await file.read(part, 100)).to.equal(0);
      await file.close();
      await file.close();
      expect(await get('a')).to.equal('hello World');
    });

    it('fills a gap with zeros, cuts and fills up', async () => {
      const file = await disk.open(at('a'), 'write');
      await writeAll(file, bytesOf('xy'), 3);
      expect(await get('a')).to.equal('\0\0\0xy');
      await file.truncate(4);
      expect(await get('a')).to.equal('\0\0\0x');
      await file.truncate(6);
      expect(await get('a')).to.equal('\0\0\0x\0\0');
      await file.close();
    });

    it('opens by mode', async () => {
      expect(await errnoFrom(disk.open(at('a'), 'read'))).to.equal('ENOENT');
      await put('a', 'one');
      expect(await errnoFrom(disk.open(at('a'), 'create'))).to.equal('EEXIST');
      const again = await disk.open(at('a'), 'write');
      expect(await again.sizeBytes()).to.equal(3);
      await again.close();
      const reader = await disk.open(at('a'), 'read');
      expect(await errnoFrom(reader.write(bytesOf('x'), 0))).to.equal('EBADF');
      await reader.close();
      expect(await errnoFrom(reader.sizeBytes())).to.equal('EBADF');
      expect(await errnoFrom(disk.open(at('none/a'), 'write'))).to.equal('ENOENT');
      expect(await errnoFrom(disk.open(directory, 'write'))).to.equal('EISDIR');
    });

    it('renames over a file, and keeps what is open', async () => {
      await put('a', 'new');
      await put('b', 'old');
      const old = await disk.open(at('b'), 'read');
      await disk.rename(at('a'), at('b'));
      await disk.syncDirectory(directory);
      expect(await get('b')).to.equal('new');
      expect(await disk.stat(at('a'))).to.equal(undefined);
      const bytes = new Uint8Array(3);
      await old.read(bytes, 0);
      await old.close();
      expect(textOf(bytes)).to.equal('old');
      expect(await errnoFrom(disk.rename(at('none'), at('c')))).to.equal('ENOENT');
      expect(await errnoFrom(disk.rename(at('b'), at('none/c')))).to.equal('ENOENT');
    });

    it('renames directories with all they hold, over empty ones only', async () => {
      await disk.makeDirectory(at('d/e'));
      await put('d/e/f', 'x');
      await disk.makeDirectory(at('empty'));
      await disk.rename(at('d'), at('empty'));
      expect(await get('empty/e/f')).to.equal('x');
      await disk.makeDirectory(at('full/g'));
      expect(await errnoFrom(disk.rename(at('empty'), at('full')))).to.be.oneOf(['ENOTEMPTY', 'EEXIST']);
      await put('file', '');
      expect(await errnoFrom(disk.rename(at('file'), at('full')))).to.equal('EISDIR');
      expect(await errnoFrom(disk.rename(at('full'), at('file')))).to.equal('ENOTDIR');
      expect(await errnoFrom(disk.rename(at('full'), at('full/g/h')))).to.equal('EINVAL');
    });

    it('makes directories, lists them in order, and removes empty ones', async () => {
      await disk.makeDirectory(at('d/e'));
      await disk.makeDirectory(at('d/e'));
      await put('d/b', '');
      await put('d/a', '');
      await put('d/Z', '');
      expect(await disk.list(at('d'))).to.deep.equal(['Z', 'a', 'b', 'e']);
      expect(await errnoFrom(disk.list(at('none')))).to.equal('ENOENT');
      expect(await errnoFrom(disk.list(at('d/a')))).to.equal('ENOTDIR');
      expect(await errnoFrom(disk.makeDirectory(at('d/a')))).to.equal('EEXIST');
      expect(await errnoFrom(disk.makeDirectory(at('d/a/b')))).to.equal('ENOTDIR');
      expect(await errnoFrom(disk.remove(at('d')))).to.equal('ENOTEMPTY');
      await disk.remove(at('d/e'));
      await disk.remove(at('d/a'));
      expect(await disk.list(at('d'))).to.deep.equal(['Z', 'b']);
      expect(await errnoFrom(disk.remove(at('d/a')))).to.equal('ENOENT');
      expect(await errnoFrom(disk.syncDirectory(at('none')))).to.equal('ENOENT');
    });

    it('tells what stands at a path', async () => {
      await put('a', 'xyz');
      const file = await disk.stat(at('a'));
      expect([file?.kind, file?.sizeBytes]).to.deep.equal(['file', 3]);
      expect(file?.modifiedMs).to.be.above(0);
      expect((await disk.stat(directory))?.kind).to.equal('directory');
      expect(await disk.stat(at('none'))).to.equal(undefined);
      expect(await disk.stat(at('a/below-a-file'))).to.equal(undefined);
    });

    it('tells how much is free', async () => {
      const { freeBytes, totalBytes } = await disk.space(directory);
      expect(freeBytes).to.be.above(0).and.at.most(totalBytes);
      expect(await errnoFrom(disk.space(at('none')))).to.equal('ENOENT');
    });

    it('replaces durably, over what a crash has left', async () => {
      await put('a.tmp', 'a longer text that a crash has left');
      await put('a', 'old');
      await writeFileDurably(disk, at('a'), bytesOf('new'));
      expect(await get('a')).to.equal('new');
      expect(await disk.list(directory)).to.deep.equal(['a']);
    });

    it('does not read a file that is too large', async () => {
      await put('a', 'xyz');
      expect(await errnoFrom(readFile(disk, at('a'), 2))).to.equal('EFBIG');
      expect(textOf(await readFile(disk, at('a'), 3))).to.equal('xyz');
    });

    it('removes a tree, and what is not there', async () => {
      await disk.makeDirectory(at('d/e'));
      await put('d/e/f', 'x');
      await removeAll(disk, at('d'));
      await removeAll(disk, at('d'));
      expect(await disk.list(directory)).to.deep.equal([]);
    });
  });
}
