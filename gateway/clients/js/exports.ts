export { GatewayClient } from './client.ts';
export { GatewayError } from './errors.ts';
export type { ClientOptions, ClientStatus, OutgoingRecord, PublishOptions, StreamDescription } from './options.ts';
export type { Receipt } from './outbox.ts';
export { type Batch, type From, type Gap, type Position, type SubscribeOptions, Subscription } from './subscription.ts';
