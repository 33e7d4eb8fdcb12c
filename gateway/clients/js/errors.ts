/**
 * What went wrong with a gateway, for a client. `code` is that of a `puberr` or `err` (`SCHEMA`, `FORBIDDEN` …), or
 * `CLOSED` (with `closeCode`), `BUFFER_FULL`, `ENDED`; `INVALID` and `TOO_LARGE` also of what no server would take.
 */
export class GatewayError extends Error {
  /** `GatewayError`, for logs. */
  override readonly name = 'GatewayError';
  /** The code of the close, where the server ended the connection for good. */
  readonly closeCode: number | undefined;
  /** Which records were refused, by their index in what was given to `publish`, and why; 10 at most. Of `SCHEMA`, `TOO_LARGE` and `INVALID`. */
  readonly bad: readonly { readonly index: number; readonly path: string; readonly message: string }[] | undefined;

  /** @internal */
  constructor(
    /** What went wrong: for programs to match. */
    readonly code: string,
    message: string,
    details: { readonly closeCode?: number; readonly bad?: GatewayError['bad'] } = {},
  ) {
    super(message);
    this.closeCode = details.closeCode;
    this.bad = details.bad;
  }
}
