import { expect } from 'chai';
import { LocalFileSystem } from '../../storage/file-system.ts';
import { SimulatedDisk } from '../../testing/simulated-disk.ts';
import { SeededRandom } from '../../time/index.ts';
import { OutputDirectory } from '../output-directory.ts';

describe('OutputDirectory', () => {
  it('that is kept is there after loss of power, though who made it died before that was so', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const disk = new SimulatedDisk();
      const files = new LocalFileSystem({ disk, workingDirectory: '/' });
      await files.writeDurably('/out/.a.writing/_SUCCESS', new Uint8Array(0));
      for (const folder of ['/', '/out']) await disk.syncDirectory(folder);
      // And here the process was killed: the rest of `rename` did not happen.
      await disk.rename('/out/.a.writing', '/out/a');
      expect(await new OutputDirectory(files, '/out/a').prepare('keep')).to.equal(false);
      expect(disk.crashed(new SeededRandom(seed)).statNow('/out/a/_SUCCESS'), `seed ${seed}`).not.to.equal(undefined);
    }
  });
});
