/** Stands in no id of a producer: the schema of `hello` refuses it. */
const END = '\ufffd';

/**
 * By what the table of sequences, and the log, know a producer: ids are those of the token's name, so that nobody takes over
 * another one's. The name and not the token, which is a new one when the old one has expired.
 */
export const producerKey = (id: string, tokenName: string | undefined): string =>
  // As UTF-8 has it, which the log keeps.
  tokenName === undefined ? id : id + END + Buffer.from(tokenName).toString();

export function producerId(key: string): string {
  const end = key.indexOf(END);
  return end < 0 ? key : key.slice(0, end);
}
