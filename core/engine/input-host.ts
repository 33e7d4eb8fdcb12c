import { type ListenerBus, ReceiverInfo } from '../metrics/index.ts';
import type { InputHost, StreamLog, StreamNode } from '../plan/index.ts';
import type { StartingEngine } from './active.ts';

export interface InputHostParts {
  readonly engine: StartingEngine;
  readonly bus: ListenerBus;
  /** Its number among the inputs. */
  readonly streamId: number;
  readonly keepMs: number;
  /** Asked once the input starts: undefined where received data is not logged. */
  readonly log: () => StreamLog | undefined;
}

/** What an input has of its engine. */
export function inputHost(node: StreamNode, { engine, bus, streamId, keepMs, log }: InputHostParts): InputHost {
  const { sc, graph } = engine;
  const info = (name: string, active: boolean, message = '', error?: unknown) =>
    new ReceiverInfo({
      streamId,
      name: `${name}-${streamId}`,
      active,
      location: 'localhost',
      executorId: 'driver',
      lastErrorMessage: message,
      lastError: error === undefined ? '' : String((error as Error)?.stack ?? error),
      lastErrorTime: message === '' ? -1 : sc.clock.now(),
    });
  return {
    clock: sc.clock,
    conf: sc.settings,
    codec: sc.codec,
    logger: sc.logger,
    rdds: sc,
    blocks: sc.blocks,
    files: sc.files,
    log,
    batchMs: graph.batchMs,
    keepMs,
    streamId,
    uid: graph.uidOf(node),
    receiverStarted: (name) => bus.post({ type: 'receiverStarted', receiverInfo: info(name, true) }),
    receiverError: (name, message, error) =>
      bus.post({ type: 'receiverError', receiverInfo: info(name, true, message, error) }),
    receiverStopped: (name, message, error) =>
      bus.post({ type: 'receiverStopped', receiverInfo: info(name, false, message, error) }),
  };
}
