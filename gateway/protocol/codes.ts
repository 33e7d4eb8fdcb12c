/** Why a connection ends (spec: 4000–4499 reconnect with jittered backoff, 4500–4999 do not). */
export const CLOSE = {
  goingAway: 4001,
  slowConsumer: 4008,
  heartbeatLost: 4009,
  tokenExpired: 4010,
  storageFailure: 4011,
  overloaded: 4013,
  flow: 4429,
  protocol: 4500,
  unauthenticated: 4501,
  forbidden: 4503,
  version: 4505,
  noHello: 4508,
  fenced: 4509,
  limit: 4510,
  duplicateSession: 4511,
} as const;

export type CloseCode = (typeof CLOSE)[keyof typeof CLOSE];

/** Whether a client may come back by itself. */
export const mayReconnect = (code: number): boolean => code < 4500;

/** Codes of `puberr`: the frame was refused as a whole, nothing of it was stored. */
export const PUBERR_CODES = [
  'NOT_DURABLE',
  'OUT_OF_ORDER',
  'FLOW',
  'RATE',
  'FORBIDDEN',
  'STREAM_UNKNOWN',
  'SCHEMA',
  'TOO_LARGE',
  'INVALID',
  'STORAGE',
  'STOPPING',
] as const;
export type PubErrCode = (typeof PUBERR_CODES)[number];

/** Codes of `err`. */
export const ERR_CODES = [
  'INVALID',
  'TYPE_UNKNOWN',
  'HELLO_FIRST',
  'HELLO_TWICE',
  'UNAUTHENTICATED',
  'VERSION',
  'FORBIDDEN',
  'STREAM_UNKNOWN',
  'SUB_UNKNOWN',
  'LIMIT',
  'TOO_LARGE',
  'SHAPE',
  'FLOW',
] as const;
export type ErrCode = (typeof ERR_CODES)[number];

/** What a frame did wrong: answered by `err`, and by a close where `close` says so. */
export class Refusal extends Error {
  /** Of the message, where it has one. */
  id: string | number | undefined;

  constructor(
    readonly code: ErrCode,
    message: string,
    readonly close?: CloseCode,
  ) {
    super(message);
  }
}

export const PROTOCOL_VERSION = 1;
export const SUBPROTOCOL_JSON = 'dstreams.v1.json';
export const SUBPROTOCOL_MSGPACK = 'dstreams.v1.msgpack';
export const STREAM_NAME = /^[A-Za-z0-9._-]{1,128}$/;
