/** The connection under a session. */
export interface Link {
  readonly address: string;
  /** The token of the request's header. */
  readonly headerToken: string | undefined;
  send(frame: Buffer, isBinary: boolean): void;
  close(code: number, reason: string): void;
  /** At once, with no close handshake. */
  destroy(): void;
  ping(): void;
  /** Bytes given to `send` that the network has not taken yet. */
  bufferedBytes(): number;
  /** Bytes that it has taken so far: a reader that reads makes it grow. */
  takenBytes(): number;
}
