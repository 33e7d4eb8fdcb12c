import type { Bench, Measured } from '../row.ts';
import { fixed, median, quantile, short } from '../stats.ts';
import type { BareKind } from './bare.ts';
import type { Encoding } from './frames.ts';
import { type Rig, type Round, round, withBare, withGateway, withPublisher } from './rigs.ts';

const BATCH_MS = 100;
const WARM_UP_ROUNDS = 2;
const PAIRS = 5;

interface Load {
  readonly encoding: Encoding;
  readonly bare: BareKind;
  readonly recordsPerFrame: number;
  readonly connections: number;
  /** Of a round. */
  readonly frames: number;
}

interface Rounds {
  readonly gateway: Round[];
  readonly bare: Round[];
}

/** Many producers: the gateway lets each have 64 frames without an answer, so that few of them wait for the disk, and it for them. */
const HUNDRED: Load = { encoding: 'msgpack', bare: 'count', recordsPerFrame: 100, connections: 16, frames: 30_000 };
const FEW_CONNECTIONS = 4;
const ONE: Load = { encoding: 'msgpack', bare: 'echo', recordsPerFrame: 1, connections: 4, frames: 40_000 };

/** The same client with the same frames against both, in turn. */
function compare({ encoding, bare, recordsPerFrame, connections, frames }: Load): Promise<Rounds> {
  const load = { encoding, recordsPerFrame, connections };
  return withGateway({ batchMs: BATCH_MS, program: 'counts' }, (gateway, port) =>
    withPublisher({ ...load, server: 'gateway', port }, (gatewayClient) =>
      withBare(bare, encoding, BATCH_MS, (bareServer, barePort) =>
        withPublisher({ ...load, server: bare, port: barePort }, (bareClient) =>
          alternate({ server: gateway, client: gatewayClient }, { server: bareServer, client: bareClient }, frames),
        ),
      ),
    ),
  );
}

async function alternate(gateway: Rig, bare: Rig, frames: number): Promise<Rounds> {
  const rounds: Rounds = { gateway: [], bare: [] };
  for (let i = 0; i < WARM_UP_ROUNDS + PAIRS; i++) {
    const ofGateway = await round(gateway, frames);
    const ofBare = await round(bare, frames);
    if (i < WARM_UP_ROUNDS) continue;
    rounds.gateway.push(ofGateway);
    rounds.bare.push(ofBare);
  }
  return rounds;
}

function comparison({ gateway, bare }: Rounds, { frames, recordsPerFrame }: Load, unit: string): Measured {
  const ratios = gateway.map(({ ms }, i) => bare[i]!.ms / ms);
  const cpuRatios = gateway.map(({ cpuMs }, i) => bare[i]!.cpuMs / cpuMs);
  const each = (rounds: readonly Round[]) => median(rounds.map(({ ms }) => (frames * recordsPerFrame * 1000) / ms));
  return {
    value: median(ratios),
    detail:
      `by CPU time ${fixed(median(cpuRatios))}; gateway ${short(each(gateway))} ${unit}/s, bare ${short(each(bare))} ${unit}/s; ` +
      `${PAIRS} pairs, eight of ten ${fixed(quantile(ratios, 0.1))} to ${fixed(quantile(ratios, 0.9))}`,
  };
}

/** Measured once, though several rows tell of it. */
const rounds = new Map<Encoding, Promise<Rounds>>();

function hundred(encoding: Encoding): Promise<Rounds> {
  const known = rounds.get(encoding) ?? compare({ ...HUNDRED, encoding });
  rounds.set(encoding, known);
  return known;
}

const records = (name: string, encoding: Encoding): Bench => ({
  name,
  unit: `gateway / bare ws, ${encoding}`,
  bar: { atLeast: 0.7 },
  async measure() {
    const { value, detail } = comparison(await hundred(encoding), HUNDRED, 'records');
    const few = { ...HUNDRED, encoding, connections: FEW_CONNECTIONS };
    const ofFew = comparison(await compare(few), few, 'records').value;
    return { value, detail: `${detail}; with ${FEW_CONNECTIONS} producers ${fixed(ofFew)}` };
  },
});

const recordsPerSecond: Bench = {
  name: 'gateway-records-per-second',
  unit: 'records/s',
  bar: { atLeast: 500_000 },
  async measure() {
    const { gateway } = await hundred('msgpack');
    const rates = gateway.map(({ ms }) => (HUNDRED.frames * HUNDRED.recordsPerFrame * 1000) / ms);
    return {
      value: median(rates),
      detail: `msgpack, durable acks, from the first frame to the batch with the last record; ${short(Math.min(...rates))} to ${short(Math.max(...rates))}`,
    };
  },
};

const oneRecordFrames: Bench = {
  name: 'gateway-one-record-frames',
  unit: 'gateway / bare echo',
  bar: { atLeast: 0.4 },
  async measure() {
    return comparison(await compare(ONE), ONE, 'frames');
  },
};

export const gatewayThroughput: readonly Bench[] = [
  records('gateway-records', 'msgpack'),
  records('gateway-records-json', 'json'),
  recordsPerSecond,
  oneRecordFrames,
];
