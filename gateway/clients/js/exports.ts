export { type ClientOptions, type ClientStatus, GatewayClient } from './client.ts';
export type { OutgoingRecord, PublishOptions, StreamDescription } from './client.ts';
export { GatewayError } from './errors.ts';
export type { Receipt } from './outbox.ts';
export { type Batch, type From, type Gap, type SubscribeOptions, Subscription } from './subscription.ts';
