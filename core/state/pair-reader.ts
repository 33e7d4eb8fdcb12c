/** How pairs are taken apart; the stage compiler has them by dialect. */
export interface PairReader {
  key(pair: unknown): unknown;
  value(pair: unknown): unknown;
  check(pair: unknown): void;
  make(key: unknown, value: unknown): unknown;
}
