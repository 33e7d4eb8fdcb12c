import { expect } from 'chai';
import { parseMaster } from '../master.ts';

describe('parseMaster', () => {
  const good: [string, number, number | undefined][] = [
    ['local', 1, undefined],
    ['local[1]', 1, undefined],
    ['local[2]', 2, undefined],
    ['local[1024]', 1024, undefined],
    ['local[*]', 8, undefined],
    ['local[2,3]', 2, 3],
    ['local[*, 5]', 8, 5],
    [' local[2] ', 2, undefined],
  ];
  for (const [text, threads, maxFailures] of good) {
    it(`reads ${JSON.stringify(text)}`, () => {
      expect(parseMaster(text, 8)).to.deep.equal({ kind: 'local', text, threads, maxFailures });
    });
  }

  it('has one thread where the number of cores is unknown', () => {
    expect(parseMaster('local[*]', 0).threads).to.equal(1);
  });

  const bad: [unknown, string][] = [
    ['spark://host:7077', 'MASTER_UNSUPPORTED_SPARK'],
    ['yarn', 'MASTER_UNSUPPORTED_YARN'],
    ['yarn-client', 'MASTER_UNSUPPORTED_YARN'],
    ['k8s://https://host', 'MASTER_UNSUPPORTED_K8S'],
    ['mesos://host:5050', 'MASTER_UNSUPPORTED_MESOS'],
    ['zk://host/mesos', 'MASTER_UNSUPPORTED_MESOS'],
    ['', 'MASTER_INVALID'],
    ['LOCAL', 'MASTER_INVALID'],
    ['local[0]', 'MASTER_INVALID'],
    ['local[1025]', 'MASTER_INVALID'],
    ['local[2,0]', 'MASTER_INVALID'],
    ['local[-1]', 'MASTER_INVALID'],
    ['local[]', 'MASTER_INVALID'],
    ['local[2', 'MASTER_INVALID'],
    ['local2', 'MASTER_INVALID'],
    ['yarnish', 'MASTER_INVALID'],
    ['local-cluster[1,1,1]', 'MASTER_INVALID'],
    [undefined, 'MASTER_INVALID'],
    [null, 'MASTER_INVALID'],
  ];
  for (const [text, code] of bad) {
    it(`refuses ${JSON.stringify(text)} with ${code}`, () => {
      expect(() => parseMaster(text as string, 8))
        .to.throw()
        .with.property('code', code);
    });
  }
});
