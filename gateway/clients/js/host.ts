/** What the client needs of where it runs, Node or a browser: timers, chance, and a socket. */
export interface ClientHost {
  readonly connect: (url: string, protocol: string) => SocketLike;
  /** In [0, 1). */
  random(): number;
  /** 32 bits that nobody guesses. */
  secretBits(): number;
  setTimer(delayMs: number, callback: () => void): { cancel(): void };
}

/** The part of the WebSocket of browsers that is used; the `ws` package has it too. */
export interface SocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  /** Before `onclose`, where the host can tell: the server answered by HTTP. Browsers do not say. */
  onrefused?: ((status: number, text: string) => void) | null;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  /** Without a goodbye. Browsers have none. */
  terminate?(): void;
}

/** A timer of more is over at once. */
export const TIMER_MS_MAX = 2 ** 31 - 1;

/** The real time and chance, which browsers and Node have under the same names. */
export const systemHost = (connect: ClientHost['connect']): ClientHost => ({
  connect,
  random: () => Math.random(),
  secretBits: () => globalThis.crypto.getRandomValues(new Uint32Array(1))[0]!,
  setTimer: (delayMs, callback) => {
    const timer = setTimeout(callback, Math.min(delayMs, TIMER_MS_MAX));
    return { cancel: () => clearTimeout(timer) };
  },
});
