import { resolve } from 'node:path';
import ts from 'typescript';

/** A member that somebody's list has: of objects of `owner`, or of the class or object itself; `new` is its constructor. */
export interface Member {
  readonly owner: string;
  readonly name: string;
  /** Left out: either will do. */
  readonly isStatic?: boolean | undefined;
  /** So many arguments have to be accepted; any number where it is not given. */
  readonly count?: number | undefined;
  /** What is given back, without its type arguments: `JavaPairDStream`, `number`, `list`. Promises of it will do. */
  readonly gives?: string | undefined;
}

/** A surface as the compiler and the running program see it: what tests compare with other people's lists. */
export class Surface {
  private readonly checker: ts.TypeChecker;
  private readonly file: ts.SourceFile;
  private readonly exported: ReadonlyMap<string, ts.Symbol>;

  /** `objects`: instances of what is exported as an interface only, to be looked at in place of a prototype. */
  constructor(
    entry: string,
    private readonly module: object,
    private readonly objects: Readonly<Record<string, object>> = {},
  ) {
    const path = resolve(entry);
    const config = ts.readConfigFile('tsconfig.json', ts.sys.readFile);
    const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, process.cwd());
    const program = ts.createProgram([path], options);
    this.checker = program.getTypeChecker();
    this.file = program.getSourceFile(path)!;
    const symbols = this.checker.getExportsOfModule(this.checker.getSymbolAtLocation(this.file)!);
    this.exported = new Map(symbols.map((symbol) => [symbol.name, symbol]));
  }

  has(name: string): boolean {
    return this.exported.has(name);
  }

  /** What is wrong with a member, undefined if nothing is. */
  problem({ owner, name, isStatic, count, gives }: Member): string | undefined {
    if (isStatic === undefined) {
      const ofObjects = this.problem({ owner, name, isStatic: false, count, gives });
      return ofObjects && this.problem({ owner, name, isStatic: true, count, gives }) && ofObjects;
    }
    const member = name === 'new' ? this.typeOf(owner) : this.member(owner, name, isStatic);
    if (member === undefined) return 'is missing';
    const signatures = name === 'new' ? member.getConstructSignatures() : this.callsOf(member);
    if (signatures.length === 0 && (count !== undefined || name === 'new')) return 'cannot be called';
    const accepting = count === undefined ? signatures : signatures.filter((signature) => accepts(signature, count));
    if (signatures.length > 0 && accepting.length === 0) return `does not take ${count} arguments`;
    if (gives !== undefined && !accepting.some((signature) => this.gives(signature, gives)))
      return `with ${count ?? 'some'} arguments gives no ${gives}`;
    const isField = signatures.length === 0 && !isStatic;
    return isField || this.atRunTime(owner, name, isStatic) ? undefined : 'is missing at run time';
  }

  /** What is wrong with a function (`Seconds`) or class that is exported by this name. */
  exportProblem(name: string, count?: number): string | undefined {
    const type = this.typeOf(name);
    if (type === undefined && !this.exported.has(name)) return 'is not exported';
    if (count === undefined) return undefined;
    const signatures = [...(type?.getConstructSignatures() ?? []), ...(type?.getCallSignatures() ?? [])];
    if (!signatures.some((signature) => accepts(signature, count))) return `does not take ${count} arguments`;
    return typeof (this.module as Record<string, unknown>)[name] === 'function' ? undefined : 'is missing at run time';
  }

  private typeOf(owner: string): ts.Type | undefined {
    const symbol = this.exported.get(owner);
    return symbol && this.checker.getTypeOfSymbolAtLocation(aliased(this.checker, symbol), this.file);
  }

  private member(owner: string, name: string, isStatic: boolean): ts.Type | undefined {
    const type = isStatic ? this.typeOf(owner) : this.instanceOf(owner);
    const member = type && this.checker.getPropertyOfType(type, name);
    return member && this.checker.getTypeOfSymbolAtLocation(member, this.file);
  }

  private callsOf(type: ts.Type): readonly ts.Signature[] {
    const called = type.isUnion() ? type.types : [type];
    return called.flatMap((one) => one.getCallSignatures());
  }

  private instanceOf(owner: string): ts.Type | undefined {
    const symbol = this.exported.get(owner);
    return symbol && this.checker.getDeclaredTypeOfSymbol(aliased(this.checker, symbol));
  }

  private gives(signature: ts.Signature, wanted: string): boolean {
    const type = this.checker.getReturnTypeOfSignature(signature);
    const awaited = this.checker.getAwaitedType(type) ?? type;
    return [type, awaited].some((one) => this.namesOf(one).includes(wanted));
  }

  /** The type's own name and those of the classes that it extends. */
  private namesOf(type: ts.Type): string[] {
    const text = this.checker.typeToString(type);
    const own = /^(?:JList|readonly [^[]*\[\])|\[\]$/.test(text) ? 'list' : text.replace(/<.*$/s, '');
    if (type.isUnion()) return [own, ...type.types.flatMap((one) => this.namesOf(one))];
    // Of a conditional type: what it comes to by the constraints of its parameters.
    const isOpen = (type.flags & (ts.TypeFlags.TypeParameter | ts.TypeFlags.Conditional)) !== 0;
    const constraint = isOpen ? this.checker.getBaseConstraintOfType(type) : undefined;
    const declared = (type as Partial<ts.TypeReference>).target ?? type;
    const bases = [...(declared.getBaseTypes() ?? []), ...(constraint ? [constraint] : [])];
    return [own, ...bases.flatMap((base) => (base === type ? [] : this.namesOf(base)))];
  }

  private atRunTime(owner: string, name: string, isStatic: boolean): boolean {
    const value = (this.module as Record<string, unknown>)[owner] as { prototype?: object } | undefined;
    if (name === 'new') return typeof value === 'function';
    if (this.isTypeOnly(owner) && !(owner in this.objects)) return true;
    const holder = isStatic ? value : (this.objects[owner] ?? value?.prototype);
    // What is abstract is there in subclasses only.
    return (holder !== undefined && name in holder) || (!isStatic && this.isAbstract(owner, name));
  }

  private isTypeOnly(owner: string): boolean {
    return (aliased(this.checker, this.exported.get(owner)!).flags & ts.SymbolFlags.Value) === 0;
  }

  private isAbstract(owner: string, name: string): boolean {
    const declarations = this.instanceOf(owner)?.getProperty(name)?.declarations ?? [];
    return declarations.some(
      (declaration) => (ts.getCombinedModifierFlags(declaration) & ts.ModifierFlags.Abstract) !== 0,
    );
  }
}

const aliased = (checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol =>
  (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);

function accepts(signature: ts.Signature, count: number): boolean {
  const parameters = signature.parameters.map((symbol) => symbol.valueDeclaration as ts.ParameterDeclaration);
  const needed = parameters.filter(
    ({ questionToken, initializer, dotDotDotToken }) => !questionToken && !initializer && !dotDotDotToken,
  ).length;
  const isOpen = parameters.some(({ dotDotDotToken }) => dotDotDotToken !== undefined);
  return count >= needed && (isOpen || count <= parameters.length);
}
