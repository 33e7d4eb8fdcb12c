/** A row of the table `words`: a bean with one field. */
export class JavaRecord {
  private word = '';

  getWord(): string {
    return this.word;
  }

  setWord(word: string): void {
    this.word = word;
  }
}
