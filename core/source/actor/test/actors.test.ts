import { expect } from 'chai';
import { connect } from 'node:net';
import { once } from 'node:events';
import { defaultCodec, JIterator, registerClass } from '../../../data/index.ts';
import type { InputRun } from '../../../plan/index.ts';
import { ManualClock } from '../../../time/index.ts';
import { frameOf } from '../../frame-cutter.ts';
import { codeOf, partitionsAt, settle, started, until } from '../../test/host.ts';
import {
  Actor,
  ActorReceiver,
  type ActorRef,
  actorReceiver,
  ActorSystem,
  OneForOneStrategy,
  Props,
  Statistics,
} from '../index.ts';
import { parseActorUrl } from '../actor-url.ts';

class Subscribe {
  constructor(readonly receiver: ActorRef) {}
}
registerClass(Subscribe, { name: 'actors.test.Subscribe' });

/** Remembers who subscribes; says what it is told to say. */
class Feeder extends Actor {
  readonly steps: string[] = [];
  receivers: ActorRef[] = [];
  override receive(message: unknown): void {
    if (message instanceof Subscribe) this.receivers.push(message.receiver);
    else this.steps.push(String(message));
    this.sender?.tell(`got ${message instanceof Subscribe ? 'you' : String(message)}`, this.self);
  }
  say(message: unknown): void {
    for (const receiver of this.receivers) receiver.tell(message);
  }
}

class Subscriber extends ActorReceiver<unknown> {
  constructor(private readonly url: string) {
    super();
  }
  override preStart(): void {
    this.context.actorSelection(this.url).tell(new Subscribe(this.self), this.self);
  }
  override receive(message: unknown): void | Promise<void> {
    if (message === 'fail') throw new Error('told to');
    return this.pushBlock(message);
  }
  override postStop(): void {
    this.context.actorSelection(this.url).tell('bye');
  }
}

describe('actors', () => {
  const systems: ActorSystem[] = [];
  const runs: InputRun[] = [];
  afterEach(async () => {
    await Promise.all(runs.splice(0).map((run) => run.stop(false)));
    await Promise.all(systems.splice(0).map((system) => system.terminate()));
  });

  async function feederAt(port = 0) {
    const warnings: string[] = [];
    const system = await ActorSystem.create('test', { port, warn: (text) => void warnings.push(text) });
    systems.push(system);
    let feeder!: Feeder;
    system.actorOf(
      new Props(() => {
        feeder = new Feeder();
        return feeder;
      }),
      'FeederActor',
    );
    await until(() => feeder !== undefined);
    return { system, feeder, warnings, url: `akka.tcp://test@127.0.0.1:${system.port}/user/FeederActor` };
  }

  function stream(props: Props, options: Parameters<typeof actorReceiver>[2] = {}, conf = {}) {
    const made = started(actorReceiver(props, 'SampleReceiver', options), { conf });
    runs.push(made.run);
    let timeMs = 0;
    const records: unknown[] = [];
    const read = async (count: number): Promise<unknown[]> => {
      while (records.length < count) {
        await until(() => made.run.hasUnplanned());
        timeMs += 1000;
        made.run.plan(timeMs);
        for (const partition of await partitionsAt(made.run, timeMs, made.host)) records.push(...partition);
      }
      return records;
    };
    return { ...made, read };
  }

  it('feed a stream over a socket: subscribe, receive, say goodbye', async () => {
    const { feeder, url } = await feederAt();
    const { read, run, events } = stream(Props.create(Subscriber, url));
    await until(() => feeder.receivers.length === 1);
    expect(feeder.receivers[0]!.path).to.match(
      /^akka\.tcp:\/\/spark@127\.0\.0\.1:\d+\/user\/Supervisor0\/SampleReceiver$/,
    );
    feeder.say('words may');
    feeder.say(['an', 'array']);
    expect(await read(3)).to.deep.equal(['got you', 'words may', ['an', 'array']]);
    await run.stop(false);
    await until(() => feeder.steps.length === 1);
    expect(feeder.steps).to.deep.equal(['bye']);
    expect(events).to.deep.equal(['started ActorReceiver', 'stopped ActorReceiver: Stopped by driver']);
  });

  it('an iterator is a block of its own', async () => {
    class Blocks extends ActorReceiver<number> {
      override preStart(): void {
        this.store(1);
        this.store(new JIterator([2, 3]));
        this.store([4, 5].values());
      }
    }
    const { run, host } = stream(Props.create(Blocks));
    await settle();
    run.plan(1000);
    expect(await partitionsAt(run, 1000, host)).to.deep.equal([[1], [2, 3], [4, 5]]);
  });

  it('an actor that throws is made anew, and counted', async () => {
    let made = 0;
    const answers: unknown[] = [];
    class Fragile extends ActorReceiver<unknown> {
      override preStart(): void {
        made++;
        if (made === 1) this.self.tell('boom');
        else this.context.parent!.tell(Statistics, this.self);
      }
      override receive(message: unknown): void {
        if (message === 'boom') throw new Error('boom');
        answers.push(message);
        this.store('after');
      }
    }
    const { read, log } = stream(Props.create(Fragile));
    expect(await read(1)).to.deep.equal(['after']);
    expect(answers).to.deep.equal([new Statistics(0, 1, 1, 'Actor[akka://spark/user/Supervisor0/SampleReceiver]')]);
    expect(log.some(({ message }) => message.endsWith('boom (restart)'))).to.equal(true);
  });

  it('more than 10 restarts in 15 ms restart the receiver', async () => {
    let made = 0;
    class Hopeless extends ActorReceiver<unknown> {
      override preStart(): void {
        made++;
        throw new Error('hopeless');
      }
    }
    const { events, clock } = stream(Props.create(Hopeless));
    await until(() => events.length === 3);
    const text = 'an actor failed too often: hopeless';
    expect(events).to.deep.equal([
      'started ActorReceiver',
      `error ActorReceiver: ${text}`,
      `stopped ActorReceiver: Restarting receiver with delay 2000ms: ${text}`,
    ]);
    expect(made).to.equal(11);
    await settle();
    clock.advance(2000);
    await until(() => events.length === 6);
    expect(made).to.equal(22);
  });

  for (const [directive, expected] of [
    ['resume', ['a', 'b']],
    ['stop', ['a']],
  ] as const) {
    it(`a strategy may ${directive}`, async () => {
      const { feeder, url } = await feederAt();
      const strategy = new OneForOneStrategy({ maxNrOfRetries: 0, withinTimeRangeMs: 0 }, () => directive);
      const { run, host } = stream(Props.create(Subscriber, url), { supervisorStrategy: strategy });
      await until(() => feeder.receivers.length === 1);
      for (const message of ['a', 'fail', 'b']) feeder.say(message);
      const found: unknown[] = [];
      for (let timeMs = 1000; found.length < 1 + expected.length; timeMs += 1000) {
        await settle();
        run.plan(timeMs);
        found.push(...(await partitionsAt(run, timeMs, host)).flat());
      }
      expect(found).to.deep.equal(['got you', ...expected]);
    });
  }

  it('the supervisor makes more actors on request', async () => {
    class More extends ActorReceiver<string> {
      override receive(message: unknown): void {
        this.store(String(message));
      }
    }
    class First extends ActorReceiver<string> {
      override preStart(): void {
        this.context.parent!.tell([Props.create(More), 'second'], this.self);
      }
      override receive(message: unknown): void {
        (message as ActorRef).tell('by the second');
      }
    }
    const { read } = stream(Props.create(First));
    expect(await read(1)).to.deep.equal(['by the second']);
  });

  it('subscribe again when the feeder comes later, or comes back', async () => {
    const first = await feederAt();
    const port = first.system.port!;
    await first.system.terminate();
    const { read, events, clock } = stream(Props.create(Subscriber, first.url));
    await until(() => events.length === 2);
    expect(events[1]).to.match(
      /^stopped ActorReceiver: Restarting receiver with delay 2000ms: the connection to the actors at 127\.0\.0\.1:\d+ failed: .*ECONNREFUSED/,
    );
    for (const round of [1, 2]) {
      const { feeder, system } = await feederAt(port);
      const before = events.length;
      await settle();
      clock.advance(2000);
      await until(() => feeder.receivers.length > 0);
      feeder.say(`round ${round}`);
      await read(2 * round);
      await system.terminate();
      await until(() => events.length >= before + 2);
    }
    expect(await read(4)).to.deep.equal(['got you', 'round 1', 'got you', 'round 2']);
  });

  it('hostile bytes close their connection and nothing else; hostile messages are dropped', async () => {
    const { system, feeder, warnings } = await feederAt();
    const refused = connect(system.port!, '127.0.0.1');
    refused.write('GET / HTTP/1.1\r\n\r\n');
    await once(
      refused.on('error', () => {}),
      'close',
    );
    const frames = [
      Buffer.from('not packed'),
      defaultCodec.encodeValue('no list'),
      defaultCodec.encodeValue([1, 2, 3]),
      defaultCodec.encodeValue(['/user/nobody', 1, null]),
      defaultCodec.encodeValue(['/user/FeederActor', 'heard', 'no ref']),
    ];
    const socket = connect(system.port!, '127.0.0.1');
    socket.write(Buffer.concat(frames.map(frameOf)));
    await until(() => feeder.steps.length === 1);
    socket.destroy();
    expect(feeder.steps).to.deep.equal(['heard']);
    expect(warnings).to.have.length(5);
  });

  it('a ref of another system is that system’s again when it comes back', async () => {
    const { url, system } = await feederAt();
    const [seen, echoes]: [ActorRef[], unknown[]] = [[], []];
    class Echo extends Actor {
      override receive(message: unknown): void {
        this.sender!.tell(message, this.self);
      }
    }
    system.actorOf(Props.create(Echo), 'Echo');
    class Asker extends Actor {
      override preStart(): void {
        seen.push(this.self);
        this.context.actorSelection(url.replace('FeederActor', 'Echo')).tell([this.self], this.self);
      }
      override receive(message: unknown): void {
        echoes.push(message, this.sender);
      }
    }
    const clock = new ManualClock();
    const other = new ActorSystem('other', { clock });
    systems.push(other);
    other.actorOf(Props.create(Asker));
    await until(() => echoes.length === 2);
    expect((echoes[0] as ActorRef[])[0]).to.equal(seen[0]);
    expect(String(echoes[1])).to.equal(`Actor[akka.tcp://test@127.0.0.1:${system.port}/user/Echo]`);
  });

  it('misuse has a code', async () => {
    const attempts = [
      () => parseActorUrl('http://a/b'),
      () => parseActorUrl('akka.tcp://test@host:99999/user/a'),
      () => actorReceiver({} as Props, 'x'),
      () => new Props(1 as never),
      () => Props.create(undefined as unknown as typeof Feeder),
      () => Props.create(Map as unknown as typeof Feeder),
      () => new Props(() => ({}) as never).make(),
    ];
    for (const attempt of attempts) expect(await codeOf((async () => void attempt())())).to.equal('OPTIONS_INVALID');
    const { system } = await feederAt();
    expect(await codeOf((async () => void system.actorOf(Props.create(Feeder), 'FeederActor'))())).to.equal(
      'OPTIONS_INVALID',
    );
    expect(await codeOf((async () => void new Feeder().self)())).to.equal('RECEIVER_STOPPED');
  });

  const urls = [
    { url: 'akka.tcp://test@host:2552/user/F', system: 'test', address: { host: 'host', port: 2552 }, path: '/user/F' },
    { url: 'akka://test@[::1]:1/user/a/b', system: 'test', address: { host: '::1', port: 1 }, path: '/user/a/b' },
    { url: 'akka://test/user/a', system: 'test', address: undefined, path: '/user/a' },
    { url: '/user/a', system: '', address: undefined, path: '/user/a' },
  ];
  for (const { url, ...expected } of urls) {
    it(`reads ${url}`, () => expect(parseActorUrl(url)).to.deep.equal(expected));
  }
});
