import {
  type JavaDStream,
  type JavaRDD,
  JIterator,
  Optional,
  Receiver,
  type State,
  StateSpec,
  StorageLevels,
  StreamingListener,
  type StreamingListenerBatchCompleted,
  Time,
  Tuple2,
  Durations,
} from '../../../api-java-style/index.ts';
import { createTestContext, LocalFileSystem, MemoryDisk, type TestContext } from '../../index.ts';
import { filteredWindows, initialStates, type Show, withFiles } from './streams.ts';

const BATCH_MS = 1000;
const BLOCK_MS = 100;
/** More than a block takes into a log that lies in memory. */
const LOG_TURNS = 50;

/** A receiver that the test drives. */
class Hand extends Receiver<string> {
  override onStart(): void {}
  override onStop(): void {}
}

/** The directory whose files a program reads: it outlives the program, and files are dated by whoever writes them. */
export class Files {
  private dateMs = 0;
  readonly system = new LocalFileSystem({ disk: new MemoryDisk({ now: () => this.dateMs }), workingDirectory: '/' });

  async write(name: string, dateMs: number, records: readonly string[]): Promise<void> {
    this.dateMs = dateMs;
    await this.system.write(`/in/${name}`, new TextEncoder().encode(records.map((record) => `${record}\n`).join('')));
  }
}

/** One life of a program: its context, from the start to the end that it comes to. */
export class Life {
  private readonly t: TestContext;
  private readonly hands: Hand[];
  private readonly first: JavaDStream<string>;
  private readonly lines = new Map<number | string, string[]>();
  private kill: readonly [where: string, timeMs: number] | undefined;
  private dying: Promise<void> | undefined;

  constructor(
    disk: MemoryDisk,
    private readonly files: Files,
    nowMs: number,
    private readonly has: readonly string[],
    recovers: boolean,
  ) {
    const conf = {
      'spark.streaming.receiver.writeAheadLog.enable': `${!has.includes('noLog')}`,
      'spark.streaming.blockInterval': `${BLOCK_MS}ms`,
      'spark.default.parallelism': '2',
    };
    this.t = createTestContext({
      batchMs: BATCH_MS,
      checkpointDir: '/checkpoint',
      disk,
      nowMs,
      recovers,
      conf,
      files: files.system,
      ...(has.includes('remember') ? { remember: 20_000 } : {}),
    });
    const { jssc } = this.t;
    const level = has.includes('memoryOnly') ? StorageLevels.MEMORY_ONLY : StorageLevels.MEMORY_AND_DISK_SER;
    this.hands = (has.includes('two') ? [0, 1] : [0]).map(() => new Hand(level));
    const inputs = this.hands.map((hand): JavaDStream<string> => jssc.receiverStream(hand));
    this.first = inputs[0]!;
    for (const [i, input] of inputs.entries()) this.show(`records${i}`, input, partitions);
    if (inputs.length > 1) this.show('union', inputs[0]!.union(inputs[1]!), partitions);
    const show: Show = (name, stream) => this.show(name, stream, sorted);
    if (has.includes('state')) this.states();
    else if (has.includes('initial')) initialStates(jssc, this.first, show);
    else if (has.includes('filtered')) filteredWindows(this.first, show);
    else if (has.includes('files')) withFiles(this.first, jssc.textFileStream('/in'), show);
    else this.plain();
    this.first.foreachRDD(async (_, time) => this.dies('last', time));
    jssc.addStreamingListener(new Infos((timeMs, text) => this.say(timeMs, text)));
  }

  private plain(): void {
    this.show('count', this.first.count(), records);
    const timed = this.first.transform((rdd: JavaRDD<string>, time: Time) => {
      this.dies('transform', time);
      const at = time.milliseconds();
      return rdd.map((record) => `${at}:${record}`);
    });
    this.show('transform', timed, records);
  }

  private states(): void {
    const { first, has } = this;
    const ones = first.mapToPair((record) => new Tuple2(record, 1));
    const totals = ones.updateStateByKey<number>((values, total) => Optional.of(total.or(0) + values.size()));
    if (has.includes('checkpoint')) totals.checkpoint(Durations.seconds(2));
    this.show('update', totals, sorted);
    const sum = (key: string, value: Optional<number>, state: State<number>) => {
      const total = (state.exists() ? state.get() : 0) + value.or(0);
      state.update(total);
      return `${key}=${total}`;
    };
    const mapped = ones.mapWithState(StateSpec.function(sum).numPartitions(2));
    this.show('mapped', mapped, sorted);
    this.show('snapshots', mapped.stateSnapshots(), sorted);
    const [window, slide] = [Durations.seconds(3), Durations.seconds(1)];
    const add = (a: number, b: number) => a + b;
    const inverse = ones.reduceByKeyAndWindow(add, (a: number, b: number) => a - b, window, slide);
    this.show('inverse', inverse, sorted);
    if (has.includes('window')) this.show('window', first.window(window, slide), partitions);
    this.show('countByWindow', first.countByWindow(window, slide), records);
  }

  private show(name: string, stream: { foreachRDD(f: any): void }, text: (rdd: JavaRDD<any>) => Promise<string>): void {
    stream.foreachRDD(async (rdd: JavaRDD<unknown>, time: Time) => {
      if (name === 'records0') this.dies('first', time);
      this.say(time.milliseconds(), `${name} ${await text(rdd)}`);
    });
  }

  private say(at: number | string, text: string): void {
    if (this.dying !== undefined) return;
    const line = this.lines.get(at);
    if (line === undefined) this.lines.set(at, [text]);
    else line.push(text);
  }

  private dies(where: string, time: Time): void {
    if (this.kill?.[0] !== where || this.kill[1] !== time.milliseconds()) return;
    // Whatever is written from now on is not.
    this.dying ??= this.t.crash();
  }

  /** What each batch gave, and each slice. */
  async run(does: string): Promise<string[]> {
    await this.t.run(0);
    for (const step of does.split('; ')) await this.step(step.split(' '));
    await (this.dying ?? this.t.crash());
    return [...this.lines].map(([at, texts]) => (typeof at === 'string' ? at : `${at}: ${texts.join(' | ')}`));
  }

  private async step([what, ...words]: readonly string[]): Promise<void> {
    const { t, hands } = this;
    const [hand, records] = [hands[Number(words[0])]!, words.slice(1)];
    const numbers = words.map(Number);
    switch (what) {
      case 'list':
        return hand.store(new JIterator(records));
      case 'one':
        for (const record of records) await hand.store(record);
        t.clock.advance(BLOCK_MS);
        // Nobody is told when a block of single records is in the log.
        for (let turn = 0; turn < LOG_TURNS; turn++) await t.clock.yield();
        return undefined;
      case 'write':
        return this.files.write(words[0]!, numbers[1]!, words.slice(2));
      case 'kill':
        this.kill = [words[0]!, numbers[1]!];
        t.clock.advance(BATCH_MS - (t.clock.now() % BATCH_MS));
        while (this.dying === undefined) await t.clock.yield();
        return undefined;
      case 'batch':
        t.clock.advance(BATCH_MS - (t.clock.now() % BATCH_MS));
        return t.run(0);
      case 'stop':
        return t.stop();
      case 'slice': {
        const rdds = await this.first.dstream().slice(new Time(numbers[0]!), new Time(numbers[1]!));
        const all = await Promise.all(rdds.map(async (rdd) => `${await rdd.collect()}`));
        this.say(`slice ${words.join(' ')} [${all.join(', ')}]`, '');
        return undefined;
      }
      case 'halt':
        // Every life ends so.
        return undefined;
      default:
        throw new Error(`no step: ${what}`);
    }
  }
}

class Infos extends StreamingListener {
  constructor(private readonly say: (timeMs: number, text: string) => void) {
    super();
  }
  override onBatchCompleted(completed: StreamingListenerBatchCompleted): void {
    const info = completed.batchInfo();
    const inputs = [...info.streamIdToInputInfo().entrySet()].map((entry) => {
      return `${entry.getKey()}:${entry.getValue().numRecords()}`;
    });
    this.say(info.batchTime().milliseconds(), `info ${info.numRecords()} [${inputs.join(', ')}]`);
  }
}

const partitions = async (rdd: JavaRDD<unknown>): Promise<string> => `${await rdd.glom().collect()}`;
const records = async (rdd: JavaRDD<unknown>): Promise<string> => `${await rdd.collect()}`;
const sorted = async (rdd: JavaRDD<unknown>): Promise<string> => {
  const all = [...(await rdd.collect())].map(String).sort();
  return `[${all.join(', ')}]`;
};
