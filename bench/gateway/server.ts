import { Milliseconds, StreamingContext } from '../../api-fluent/index.ts';
import { setLogLevel } from '../../core/internal.ts';
import { type GatewayOptions, startGateway } from '../../gateway/index.ts';
import type { Server } from '../processes.ts';
import { watchHolds } from './holds.ts';
import { usage } from './usage.ts';

export interface ServerOptions {
  readonly batchMs: number;
  /** `counts`: how often each value came; `copies`: the values. */
  readonly program: 'counts' | 'copies';
  readonly checkpointDir: string;
  readonly limits?: GatewayOptions['limits'];
}

/** A program with a gateway on the machine's clock. Answers 'port' with its port, 'holds' with `Holds`, anything else with what it has used. */
export const gatewayChild: Server = async ({ batchMs, program, checkpointDir, limits }: ServerOptions) => {
  setLogLevel('WARN');
  const holds = await watchHolds();
  const ssc = new StreamingContext('local', 'bench', Milliseconds(batchMs));
  ssc.checkpoint(checkpointDir);
  const gateway = startGateway(ssc, { port: 0, ...(limits === undefined ? {} : { limits }) });
  const values = ssc.receiverStream(gateway.receiver<string>('values'));
  if (program === 'copies') values.foreachRDD(gateway.publisher('copies'));
  else {
    values
      .map((value): [string, number] => [value, 1])
      .reduceByKey((a, b) => a + b)
      .foreachRDD(gateway.publisher('counts'));
  }
  await ssc.start();
  // A batch that fails ends the measurement: the parent finds the process gone.
  ssc.awaitTermination().catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
  return (request: string) => {
    if (request === 'port') return gateway.port;
    return request === 'holds' ? holds() : usage();
  };
};
