import { printAsText } from '../printed.ts';
import { equalKeys } from './equality.ts';
import { productHash } from './hash.ts';
import { javaText } from './text.ts';

/**
 * A pair, as Java and Scala have it: immutable by convention, compared and hashed by value. `t._1()` as in Java, `t.first`, `t[0]`
 * and `const [k, v] = t` all read the same component. The fields are set in the constructor and nowhere else, so that every pair has one shape.
 */
export class Tuple2<A, B> {
  /** The first component, as `_1()`. */
  readonly first: A;
  /** The second component, as `_2()`. */
  readonly second: B;

  /** Takes the components in their order. */
  constructor(first: A, second: B) {
    this.first = first;
    this.second = second;
  }

  /** The first component. */
  _1(): A {
    return this.first;
  }

  /** The second component. */
  _2(): B {
    return this.second;
  }

  /** The first component. */
  get 0(): A {
    return this.first;
  }

  /** The second component. */
  get 1(): B {
    return this.second;
  }

  /** A new pair with the components exchanged. */
  swap(): Tuple2<B, A> {
    return new Tuple2(this.second, this.first);
  }

  /** How many components there are: 2. */
  productArity(): number {
    return 2;
  }

  *[Symbol.iterator](): Generator<A | B, void, undefined> {
    yield this.first;
    yield this.second;
  }

  equals(other: unknown): boolean {
    return other instanceof Tuple2 && equalKeys(this.first, other.first) && equalKeys(this.second, other.second);
  }

  /** Scala 2.12's product hash. */
  hashCode(): number {
    return productHash(2, this.first, this.second);
  }

  /** `(a,1)`, components as Java prints them. */
  toString(): string {
    return `(${javaText(this.first)},${javaText(this.second)})`;
  }

  toJSON(): [A, B] {
    return [this.first, this.second];
  }
}

/** Three values, like `Tuple2`: a result of a cogroup of three. */
export class Tuple3<A, B, C> {
  /** The first component, as `_1()`. */
  readonly first: A;
  /** The second component, as `_2()`. */
  readonly second: B;
  /** The third component, as `_3()`. */
  readonly third: C;

  /** Takes the components in their order. */
  constructor(first: A, second: B, third: C) {
    this.first = first;
    this.second = second;
    this.third = third;
  }

  /** The first component. */
  _1(): A {
    return this.first;
  }

  /** The second component. */
  _2(): B {
    return this.second;
  }

  /** The third component. */
  _3(): C {
    return this.third;
  }

  /** The first component. */
  get 0(): A {
    return this.first;
  }

  /** The second component. */
  get 1(): B {
    return this.second;
  }

  /** The third component. */
  get 2(): C {
    return this.third;
  }

  /** How many components there are: 3. */
  productArity(): number {
    return 3;
  }

  *[Symbol.iterator](): Generator<A | B | C, void, undefined> {
    yield this.first;
    yield this.second;
    yield this.third;
  }

  equals(other: unknown): boolean {
    return (
      other instanceof Tuple3 &&
      equalKeys(this.first, other.first) &&
      equalKeys(this.second, other.second) &&
      equalKeys(this.third, other.third)
    );
  }

  hashCode(): number {
    return productHash(3, this.first, this.second, this.third);
  }

  toString(): string {
    return `(${javaText(this.first)},${javaText(this.second)},${javaText(this.third)})`;
  }

  toJSON(): [A, B, C] {
    return [this.first, this.second, this.third];
  }
}

/** Four values, like `Tuple2`. */
export class Tuple4<A, B, C, D> {
  /** The first component, as `_1()`. */
  readonly first: A;
  /** The second component, as `_2()`. */
  readonly second: B;
  /** The third component, as `_3()`. */
  readonly third: C;
  /** The fourth component, as `_4()`. */
  readonly fourth: D;

  /** Takes the components in their order. */
  constructor(first: A, second: B, third: C, fourth: D) {
    this.first = first;
    this.second = second;
    this.third = third;
    this.fourth = fourth;
  }

  /** The first component. */
  _1(): A {
    return this.first;
  }

  /** The second component. */
  _2(): B {
    return this.second;
  }

  /** The third component. */
  _3(): C {
    return this.third;
  }

  /** The fourth component. */
  _4(): D {
    return this.fourth;
  }

  /** The first component. */
  get 0(): A {
    return this.first;
  }

  /** The second component. */
  get 1(): B {
    return this.second;
  }

  /** The third component. */
  get 2(): C {
    return this.third;
  }

  /** The fourth component. */
  get 3(): D {
    return this.fourth;
  }

  /** How many components there are: 4. */
  productArity(): number {
    return 4;
  }

  *[Symbol.iterator](): Generator<A | B | C | D, void, undefined> {
    yield this.first;
    yield this.second;
    yield this.third;
    yield this.fourth;
  }

  equals(other: unknown): boolean {
    return (
      other instanceof Tuple4 &&
      equalKeys(this.first, other.first) &&
      equalKeys(this.second, other.second) &&
      equalKeys(this.third, other.third) &&
      equalKeys(this.fourth, other.fourth)
    );
  }

  hashCode(): number {
    return productHash(4, this.first, this.second, this.third, this.fourth);
  }

  toString(): string {
    return `(${javaText(this.first)},${javaText(this.second)},${javaText(this.third)},${javaText(this.fourth)})`;
  }

  toJSON(): [A, B, C, D] {
    return [this.first, this.second, this.third, this.fourth];
  }
}

printAsText(Tuple2, Tuple3, Tuple4);
