/** A page that a user has looked at. On the wire: the four fields with tabs between them, and a line feed. */
export class PageView {
  constructor(
    readonly url: string,
    readonly status: number,
    readonly zipCode: number,
    readonly userID: number,
  ) {}

  toString(): string {
    return `${this.url}\t${this.status}\t${this.zipCode}\t${this.userID}\n`;
  }

  static fromString(line: string): PageView {
    const [url, status, zipCode, userID] = line.split('\t');
    return new PageView(url!, Number(status), Number(zipCode), Number(userID));
  }
}
