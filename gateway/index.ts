/**
 * The gateway's server: `dstreams/gateway`.
 * @module dstreams/gateway
 */
export { type Gateway, type GatewayContext, startGateway } from './gateway.ts';
export type { ReceiverOptions } from './ingress/input-stream.ts';
export type { DeadLetter, RecordWithMetadata } from './ingress/records.ts';
export type { StandardSchema } from './ingress/schema.ts';
export type { GatewayLimits, GatewayOptions } from './options.ts';
export { CLOSE, ERR_CODES, PUBERR_CODES } from './protocol/codes.ts';
export { messageSchemas } from './protocol/messages.ts';
export { type Claims, createToken } from './rights/tokens.ts';
export { DStreamsError, type ErrorCode, isDStreamsError } from '../core/internal.ts';
