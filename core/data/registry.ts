import { DStreamsError } from '../errors.ts';
import { classNameOf, nameOfClass } from './describe.ts';

/** Any class whose instances can be records; `abstract` so that classes with any constructor fit. */
export type RecordClass<T = unknown> = abstract new (...args: never[]) => T;

/** Of `registerClass`: the name of a class in files and between threads, and how its instances are written. */
export interface ClassOptions<T> {
  /** What stored and sent bytes call the class. Default: the name of the constructor. Give one where a bundler renames classes. */
  readonly name?: string;
  /** Goes with each stored instance and comes back as the second argument of `decode`. Default 1. */
  readonly version?: number;
  /** The instance as something the codec keeps. Default: a plain object of its own enumerable fields. */
  readonly encode?: (value: T) => unknown;
  /** The way back. Default: an object of the class with these fields, made without calling the constructor. */
  readonly decode?: (data: unknown, version: number) => T;
}

/** A registered class, as the codec uses it. */
export interface RegisteredClass {
  readonly name: string;
  readonly version: number;
  readonly prototype: object;
  readonly encode: ((value: unknown) => unknown) | undefined;
  readonly decode: ((data: unknown, version: number) => unknown) | undefined;
}

/** The classes whose instances the codec keeps. A registry may have a parent, which it looks in when it does not know a class itself. */
export class ClassRegistry {
  readonly #parent: ClassRegistry | undefined;
  readonly #byPrototype = new Map<object, RegisteredClass>();
  readonly #byName = new Map<string, RegisteredClass>();

  constructor(parent?: ClassRegistry) {
    this.#parent = parent;
  }

  /**
   * Makes instances of `type` (not of its subclasses) records. Registering a class again replaces its options; a class of the same name
   * replaces the older one for decoding when its source is the same (a program loaded again). Throws `OPTIONS_INVALID` when `type` is no
   * class, is built in, has no name, or has the name of another class.
   */
  register<T>(type: RecordClass<T>, options: ClassOptions<T> = {}): void {
    const prototype: unknown = typeof type === 'function' ? type.prototype : undefined;
    if (typeof prototype !== 'object' || prototype === null) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `registerClass(${String(type)}): give it a class, as in registerClass(Point)`,
      );
    }
    const name = options.name ?? nameOfClass(type);
    if (name === '') {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        'registerClass: the class has no name; give one: registerClass(C, { name: "Point" })',
      );
    }
    const version = options.version ?? 1;
    if (!Number.isSafeInteger(version) || version < 0) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `registerClass(${name}): version ${String(version)} is not a whole number from 0 on`,
      );
    }
    const other = findByName(this, name);
    if (other !== undefined && other.prototype !== prototype && sourceOf(other.prototype) !== sourceOf(prototype)) {
      throw new DStreamsError(
        'OPTIONS_INVALID',
        `registerClass(${name}): another class is registered by this name; give one of them a name: registerClass(C, { name: "…" })`,
      );
    }
    const entry: RegisteredClass = {
      name,
      version,
      prototype,
      encode: options.encode as RegisteredClass['encode'],
      decode: options.decode,
    };
    const previous = this.#byPrototype.get(prototype);
    if (previous !== undefined && this.#byName.get(previous.name) === previous) this.#byName.delete(previous.name);
    this.#byPrototype.set(prototype, entry);
    this.#byName.set(name, entry);
  }

  byPrototype(prototype: object): RegisteredClass | undefined {
    return this.#byPrototype.get(prototype) ?? this.#parent?.byPrototype(prototype);
  }

  byName(name: string): RegisteredClass | undefined {
    return this.#byName.get(name) ?? this.#parent?.byName(name);
  }
}

/** The text of a class, whatever a bundler has made of its name: one that names itself is `_Point` in some bundles. */
function sourceOf(prototype: object): string {
  const constructor: unknown = (prototype as { constructor?: unknown }).constructor;
  if (typeof constructor !== 'function') return classNameOf(prototype);
  return Function.prototype.toString.call(constructor).replace(/[_\s]+/g, '');
}

// One per process even where two copies of the package are loaded: a class is registered for all of them.
const REGISTRY_KEY = Symbol.for('dstreams.codec.registry');
const holder = globalThis as { [REGISTRY_KEY]?: ClassRegistry };

/** The registry of the process. `registerClass` and `conf.registerKryoClasses` register here. */
export const defaultRegistry: ClassRegistry = (holder[REGISTRY_KEY] ??= new ClassRegistry());

/**
 * The classes of this package that are registered like a user's: the Java collections. Not in the registry of the process, where a second
 * copy of the package would replace them by its own.
 */
export const builtInRegistry = new ClassRegistry();

/** The registered class of a prototype: ours, else the one in `registry`. */
export function findByPrototype(registry: ClassRegistry, prototype: object): RegisteredClass | undefined {
  return builtInRegistry.byPrototype(prototype) ?? registry.byPrototype(prototype);
}

/** The registered class of a name: ours, else the one in `registry`. */
export function findByName(registry: ClassRegistry, name: string): RegisteredClass | undefined {
  return builtInRegistry.byName(name) ?? registry.byName(name);
}

/** Lets instances of `type` be records (shuffled, persisted as bytes, sent to workers, kept as state). See `ClassRegistry.register`. */
export function registerClass<T>(type: RecordClass<T>, options?: ClassOptions<T>): void {
  defaultRegistry.register(type, options);
}

/** A registry of one's own, for a program or a test, over `parent` (default: the registry of the process). */
export function createRegistry(parent: ClassRegistry = defaultRegistry): ClassRegistry {
  return new ClassRegistry(parent);
}
