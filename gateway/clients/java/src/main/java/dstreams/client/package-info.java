/**
 * Client of the gateway of dstreams: publishes records into a running application and receives its batches, over one
 * WebSocket. Begin with {@link dstreams.client.GatewayClient}.
 */
package dstreams.client;
