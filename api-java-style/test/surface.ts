import { resolve } from 'node:path';
import ts from 'typescript';
import * as java from '../index.ts';

/** The surface as the compiler and the running program see it: what tests compare with other people's lists. */
export class Surface {
  private readonly checker: ts.TypeChecker;
  private readonly file: ts.SourceFile;
  private readonly exported: ReadonlyMap<string, ts.Symbol>;

  constructor() {
    const path = resolve('api-java-style/index.ts');
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

  /**
   * What is wrong with `name` of an exported class or object, undefined if nothing is: `new`, a method, or one of the class
   * itself (`isStatic`). `count` arguments have to be accepted; any number where it is not given.
   */
  problem(owner: string, name: string, isStatic: boolean, count?: number): string | undefined {
    const signatures = name === 'new' ? this.constructors(owner) : this.signatures(owner, name, isStatic);
    if (signatures === undefined) return 'is missing';
    if (signatures.length === 0) return 'cannot be called';
    if (count !== undefined && !signatures.some((signature) => accepts(signature, count)))
      return `does not take ${count} arguments`;
    return this.atRunTime(owner, name, isStatic) ? undefined : 'is missing at run time';
  }

  private typeOf(owner: string): ts.Type | undefined {
    const symbol = this.exported.get(owner);
    return symbol === undefined
      ? undefined
      : this.checker.getTypeOfSymbolAtLocation(aliased(this.checker, symbol), this.file);
  }

  private constructors(owner: string): readonly ts.Signature[] | undefined {
    return this.typeOf(owner)?.getConstructSignatures();
  }

  private signatures(owner: string, name: string, isStatic: boolean): readonly ts.Signature[] | undefined {
    const type = this.typeOf(owner);
    const member = (isStatic ? type : this.instanceOf(owner))?.getProperty(name);
    return member && this.checker.getTypeOfSymbolAtLocation(member, this.file).getCallSignatures();
  }

  private instanceOf(owner: string): ts.Type | undefined {
    const symbol = this.exported.get(owner);
    return symbol && this.checker.getDeclaredTypeOfSymbol(aliased(this.checker, symbol));
  }

  private atRunTime(owner: string, name: string, isStatic: boolean): boolean {
    const value = (java as Record<string, unknown>)[owner] as { prototype?: object } | undefined;
    if (value === undefined) return false;
    if (name === 'new') return typeof value === 'function';
    const holder = isStatic ? value : value.prototype;
    // What is abstract is there in subclasses only.
    return (holder !== undefined && name in holder) || (!isStatic && this.isAbstract(owner, name));
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
