import { javaText, printAsText } from '../core/internal.ts';

/** `java.lang.StringBuilder`, and `StringBuffer`. Places are counted from 0; those outside are a `RangeError`. */
export class StringBuilder {
  #text: string;

  /** Of a text; a number is Java's initial capacity and changes nothing. */
  constructor(text: string | number = '') {
    this.#text = typeof text === 'number' ? '' : text;
  }

  /** Adds a value at the end, as Java prints it. */
  append(value: unknown): this {
    this.#text += javaText(value);
    return this;
  }
  /** Puts a value, as Java prints it, in front of what stands at a place. */
  insert(at: number, value: unknown): this {
    return this.replace(at, at, javaText(value));
  }
  /** Puts a text in the place of `[from, to)`. */
  replace(from: number, to: number, text: string): this {
    this.#checked(from, this.#text.length);
    this.#text = this.#text.slice(0, from) + text + this.#text.slice(Math.max(from, to));
    return this;
  }
  /** Takes out `[from, to)`. */
  delete(from: number, to: number): this {
    return this.replace(from, to, '');
  }
  /** Takes out the character at a place. */
  deleteCharAt(at: number): this {
    this.#checked(at, this.#text.length - 1);
    return this.delete(at, at + 1);
  }
  /** Turns the order of the characters round. */
  reverse(): this {
    this.#text = [...this.#text].reverse().join('');
    return this;
  }
  /** Cuts the text off at a length, or fills it up with NULs. */
  setLength(length: number): void {
    this.#text = this.#text.slice(0, length).padEnd(length, '\0');
  }
  /** Puts another character at a place. */
  setCharAt(at: number, character: string): void {
    this.#checked(at, this.#text.length - 1);
    this.replace(at, at + 1, character);
  }
  /** The character at a place. */
  charAt(at: number): string {
    return this.#text[this.#checked(at, this.#text.length - 1)]!;
  }
  /** Where a text comes first, from a place on; -1 where it does not. */
  indexOf(text: string, from = 0): number {
    return this.#text.indexOf(text, from);
  }
  /** The text from a place on, or of `[from, to)`. */
  substring(from: number, to?: number): string {
    return this.#text.slice(this.#checked(from, this.#text.length), to);
  }
  /** How many characters. */
  length(): number {
    return this.#text.length;
  }
  /** Whether there is no character. */
  isEmpty(): boolean {
    return this.#text === '';
  }
  /** The text. */
  toString(): string {
    return this.#text;
  }

  #checked(at: number, last: number): number {
    if (Number.isInteger(at) && at >= 0 && at <= last) return at;
    throw new RangeError(`StringBuilder: place ${at} of a text of length ${this.#text.length}`);
  }
}

printAsText(StringBuilder);
