/** Why a connection ends (spec: 4000–4499 reconnect with jittered backoff, 4500–4999 do not). */
export const CLOSE = {
  /** The server stops. */
  goingAway: 4001,
  /** The client reads too slowly, or not at all. */
  slowConsumer: 4008,
  /** The client has said nothing for `deadMs`. */
  heartbeatLost: 4009,
  /** The token has expired. */
  tokenExpired: 4010,
  /** The server's disk failed. */
  storageFailure: 4011,
  /** The server has as many connections as it takes. */
  overloaded: 4013,
  /** The client publishes beyond its credit or its rate, or sends too many other messages. */
  flow: 4429,
  /** The client broke a rule of the protocol. */
  protocol: 4500,
  /** There is no token, or one that no secret signed. */
  unauthenticated: 4501,
  /** A token came without the right to a stream that is subscribed. */
  forbidden: 4503,
  /** The client speaks a version that the server does not. */
  version: 4505,
  /** No hello came in time. */
  noHello: 4508,
  /** Another session speaks for this producer. */
  fenced: 4509,
  /** A frame or message is beyond a limit. */
  limit: 4510,
  /** The same producer id has connected again. */
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
