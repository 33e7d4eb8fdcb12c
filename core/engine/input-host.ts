import { ReceiverInfo, type StreamingEvent } from '../metrics/index.ts';
import type { InputHost, StreamLog, StreamNode } from '../plan/index.ts';
import type { StartingEngine } from './active.ts';

export interface InputHostParts {
  readonly engine: StartingEngine;
  readonly post: (event: StreamingEvent) => void;
  /** Its number among the inputs. */
  readonly streamId: number;
  readonly keepMs: number;
  /** Asked once the input starts: undefined where received data is not logged. */
  readonly log: () => StreamLog | undefined;
}

/** What an input has of its engine. */
export function inputHost(node: StreamNode, { engine, post, streamId, keepMs, log }: InputHostParts): InputHost {
  const { sc, graph } = engine;
  /** `hasFailed`: a receiver also stops, or is started again, without an error. */
  const info = (name: string, active: boolean, message = '', error?: unknown, hasFailed = false) =>
    new ReceiverInfo({
      streamId,
      name: `${name}-${streamId}`,
      active,
      location: 'localhost',
      executorId: 'driver',
      lastErrorMessage: message,
      lastError: isThere(error) ? String((error as Error).stack ?? error) : '',
      lastErrorTime: hasFailed ? sc.clock.now() : -1,
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
    receiverStarted: (name) => post({ type: 'receiverStarted', receiverInfo: info(name, true) }),
    receiverError: (name, message, error) =>
      post({ type: 'receiverError', receiverInfo: info(name, true, message, error, true) }),
    receiverStopped: (name, message, error) =>
      post({ type: 'receiverStopped', receiverInfo: info(name, false, message, error, isThere(error)) }),
  };
}

const isThere = (error: unknown): boolean => error !== undefined && error !== null;
