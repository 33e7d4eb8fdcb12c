/** A record with what goes with its value. */
export interface OutgoingRecord {
  readonly value: unknown;
  readonly key?: unknown;
  readonly timestampMs?: number;
  readonly headers?: Readonly<Record<string, unknown>>;
}

/** Of `connect`: who the client is, and what may wait. */
export interface ClientOptions {
  /** A token or ticket; a function is asked for each connection, so that an expired one can be replaced. */
  readonly token?: string | (() => string | Promise<string>);
  /** Names this client's records across connections, so that a resend does no harm. Default: one is made. false: none, at least once. */
  readonly producerId?: string | false;
  /** Bytes of records that may wait for their acknowledgement, the server being down or slow. Default 64 MiB. */
  readonly bufferBytesMax?: number;
  /** First and longest wait before a reconnect, ms. Defaults 200 and 15,000; each wait is chosen by chance up to twice the one before. */
  readonly backoffMs?: number;
  readonly backoffMaxMs?: number;
  /** Shown by the server. */
  readonly name?: string;
  /** Told of each change of the connection. */
  readonly onStatus?: (status: ClientStatus) => void;
}

/** How the connection is. */
export interface ClientStatus {
  readonly state: 'connecting' | 'open' | 'waiting' | 'closed';
  /** Why it is not open: close code and words of the server. */
  readonly code?: number;
  readonly reason?: string;
  /** `open`: the server did not know this producer: it is new, or was forgotten. */
  readonly known?: boolean;
}

/** Of `publish`: what an acknowledgement promises. */
export interface PublishOptions {
  /** Default `durable`: acknowledged when it is safe. */
  readonly ack?: 'durable' | 'memory';
}

/** What the server says of one of its streams. */
export interface StreamDescription {
  readonly stream: string;
  readonly direction: 'in' | 'out';
  readonly schema?: Record<string, unknown>;
  readonly deadLetter?: string;
  readonly retention?: { readonly ms: number; readonly bytes: number };
}
