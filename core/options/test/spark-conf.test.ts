import { expect } from 'chai';
import { commandLineConf, SparkConf, systemProperties } from '../spark-conf.ts';

describe('SparkConf', () => {
  afterEach(() => {
    commandLineConf.clear();
    systemProperties.clear();
  });

  it('keeps texts, chained', () => {
    const conf = new SparkConf(false)
      .setMaster('local[2]')
      .setAppName('app')
      .set('spark.a', 5)
      .set('spark.b', true)
      .setAll([['spark.c', '1']])
      .setAll({ 'spark.d': 2 })
      .setJars(['a.jar', 'b.jar'])
      .setSparkHome('/opt')
      .setExecutorEnv('X', 'y');
    expect(conf.getAll()).to.deep.equal([
      ['spark.a', '5'],
      ['spark.app.name', 'app'],
      ['spark.b', 'true'],
      ['spark.c', '1'],
      ['spark.d', '2'],
      ['spark.executorEnv.X', 'y'],
      ['spark.home', '/opt'],
      ['spark.jars', 'a.jar,b.jar'],
      ['spark.master', 'local[2]'],
    ]);
    expect(conf.toDebugString().split('\n')[0]).to.equal('spark.a=5');
    conf.setExecutorEnv([['Y', 'z']]);
    expect(conf.getExecutorEnv()).to.deep.equal([
      ['X', 'y'],
      ['Y', 'z'],
    ]);
    expect(conf.getAllWithPrefix('spark.app.')).to.deep.equal([['name', 'app']]);
  });

  it('reads values by type, with and without a default', () => {
    const conf = new SparkConf(false).setAll({
      'spark.int': ' 42 ',
      'spark.double': '1.5',
      'spark.flag': 'TRUE',
      'spark.time': '2s',
      'spark.seconds': '90',
      'spark.size': '1k',
    });
    expect([conf.getInt('spark.int'), conf.getLong('spark.int'), conf.getDouble('spark.double')]).to.deep.equal([
      42, 42, 1.5,
    ]);
    expect(conf.getBoolean('spark.flag')).to.equal(true);
    expect([conf.getTimeAsMs('spark.time'), conf.getTimeAsSeconds('spark.seconds')]).to.deep.equal([2000, 90]);
    expect(conf.getSizeAsBytes('spark.size')).to.equal(1024);
    expect(conf.get('spark.none', 'x')).to.equal('x');
    expect([conf.getInt('spark.none', 1), conf.getDouble('spark.none', 0.5)]).to.deep.equal([1, 0.5]);
    expect(conf.getBoolean('spark.none', false)).to.equal(false);
    expect([conf.getTimeAsMs('spark.none', '1m'), conf.getTimeAsSeconds('spark.none', '1m')]).to.deep.equal([
      60000, 60,
    ]);
    expect(conf.getSizeAsBytes('spark.none', '2m')).to.equal(2 * 1024 * 1024);
    expect(conf.getOption('spark.none')).to.equal(undefined);
  });

  const readers: [string, (conf: SparkConf, key: string) => unknown][] = [
    ['get', (conf, key) => conf.get(key)],
    ['getInt', (conf, key) => conf.getInt(key)],
    ['getDouble', (conf, key) => conf.getDouble(key)],
    ['getBoolean', (conf, key) => conf.getBoolean(key)],
    ['getTimeAsMs', (conf, key) => conf.getTimeAsMs(key)],
    ['getTimeAsSeconds', (conf, key) => conf.getTimeAsSeconds(key)],
    ['getSizeAsBytes', (conf, key) => conf.getSizeAsBytes(key)],
  ];
  for (const [name, read] of readers) {
    it(`${name} refuses a missing key${name === 'get' ? '' : ' and a value of another type'}`, () => {
      const conf = new SparkConf(false).set('spark.x', 'abc');
      expect(() => read(conf, 'spark.none'))
        .to.throw()
        .with.property('code', 'CONF_KEY_MISSING');
      if (name !== 'get')
        expect(() => read(conf, 'spark.x'))
          .to.throw()
          .with.property('code', 'CONF_VALUE_INVALID');
    });
  }

  for (const [key, value] of [
    ['spark.a', null],
    ['spark.a', undefined],
    ['', 'x'],
    [undefined, 'x'],
  ]) {
    it(`refuses to set ${String(key)} to ${String(value)}`, () => {
      expect(() => new SparkConf(false).set(key as string, value as string))
        .to.throw()
        .with.property('code', 'CONF_VALUE_INVALID');
    });
  }

  it('takes the program first, then command line, system properties, environment', () => {
    const environment = { 'spark.a': 'env', 'spark.b': 'env', 'spark.c': 'env', 'spark.d': 'env', PATH: '/bin' };
    systemProperties.set('spark.a', 'prop').set('spark.b', 'prop').set('spark.c', 'prop').set('user.home', '/');
    commandLineConf.set('spark.a', 'line').set('spark.b', 'line');
    const conf = new SparkConf(true, environment).set('spark.a', 'code');
    const keys = ['spark.a', 'spark.b', 'spark.c', 'spark.d', 'PATH', 'user.home'];
    expect(keys.map((key) => [conf.getOption(key), conf.originOf(key)])).to.deep.equal([
      ['code', 'program'],
      ['line', 'command line'],
      ['prop', 'system property'],
      ['env', 'environment'],
      [undefined, undefined],
      [undefined, undefined],
    ]);
    expect(new SparkConf(false, environment).getAll()).to.deep.equal([]);
  });

  it('sets if missing only what nothing has set, and removes from everywhere', () => {
    commandLineConf.set('spark.master', 'local[4]');
    const conf = new SparkConf(true, {}).setIfMissing('spark.master', 'local[2]').setIfMissing('spark.app.name', 'a');
    expect([conf.get('spark.master'), conf.get('spark.app.name')]).to.deep.equal(['local[4]', 'a']);
    expect(conf.remove('spark.master').contains('spark.master')).to.equal(false);
  });

  it('registers classes once each, and clones with all it has', () => {
    class A {}
    class B {}
    commandLineConf.set('spark.x', '1');
    const conf = new SparkConf(true, {}).registerKryoClasses([A, B]).registerKryoClasses([A]).set('spark.y', '2');
    const copy = conf.clone();
    conf.set('spark.y', '3').registerKryoClasses([class C {}]);
    expect(copy.getAll()).to.deep.equal([
      ['spark.x', '1'],
      ['spark.y', '2'],
    ]);
    expect(copy.originOf('spark.x')).to.equal('command line');
    expect(copy.registeredClasses()).to.deep.equal([A, B]);
  });
});
