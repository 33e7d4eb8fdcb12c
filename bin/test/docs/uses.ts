import ts from 'typescript';

/** An entry of the package as programs import it, and the module that it is. */
export interface Entry {
  readonly name: string;
  readonly file: string;
  /** What is declared below these folders is this entry's own; anything else it shares with other entries. */
  readonly folders: readonly string[];
}

/** A public name, and how its use is known again: `id` is one for all that count together. */
interface Wanted {
  readonly label: string;
  readonly id: unknown;
}

/**
 * Public names of each entry that no file of `files` uses, as `dstreams: Name` and `dstreams: Class.method`.
 *
 * Public names are the values that an entry exports, and the methods and accessors, static ones too, of classes, interfaces
 * and objects among its exports; but no type, no field, no constant of a class, nothing protected, and nothing that every
 * Java object has. All is resolved by the compiler: `map` of an array is no use of `map` of a stream.
 *
 * - A value is used where it is named, imported from this entry; a class also where one of its objects is: what
 *   `queueStream` gives need not be spelt out. Two names for the same thing are one.
 * - A method is used where it is called or read, taken apart (`const { values } = batch`), or written: an override in a
 *   class, a function in an object that is passed as a listener.
 * - Methods of one name are one where their classes are related by `extends` or `implements`: a reader who has seen `map` of
 *   a `JavaDStream` finds that of a `JavaPairDStream` by its name. `map` of a data set is another thing, and so is the `map`
 *   of another entry.
 * - What entries share (`SparkConf`, durations, actors) is to be used on each: it counts for those that a file imports from
 *   and those of which it uses something of their own.
 */
export function unused(program: ts.Program, entries: readonly Entry[], files: readonly ts.SourceFile[]): string[] {
  const names = new Names(program, entries);
  const used = new Map<string, ReadonlySet<unknown>>(entries.map(({ name }) => [name, new Set()]));
  for (const file of files) {
    for (const [entry, ids] of names.usesOf(file)) used.set(entry, new Set([...used.get(entry)!, ...ids]));
  }
  return entries.flatMap((entry) =>
    names
      .wantedOf(entry)
      .filter(({ id }) => !used.get(entry.name)!.has(id))
      .map(({ label }) => `${entry.name}: ${label}`),
  );
}

/** Of every Java object, or of no interest to a reader. */
const OF_EVERY_OBJECT = new Set(['constructor', 'equals', 'hashCode', 'toString', 'toJSON']);

class Names {
  private readonly checker: ts.TypeChecker;
  private readonly families = new Map<ts.Symbol, ts.Symbol>();
  private readonly ids = new Map<ts.Symbol | ts.Node, Map<string, object>>();

  constructor(
    private readonly program: ts.Program,
    private readonly entries: readonly Entry[],
  ) {
    this.checker = program.getTypeChecker();
    for (const file of program.getSourceFiles()) {
      if (program.isSourceFileFromExternalLibrary(file) || program.isSourceFileDefaultLibrary(file)) continue;
      ts.forEachChild(file, (node) => this.relate(node));
    }
  }

  wantedOf(entry: Entry): Wanted[] {
    const file = this.program.getSourceFile(entry.file);
    const module = file && this.checker.getSymbolAtLocation(file);
    if (module === undefined) throw new Error(`no module ${entry.file}`);
    const wanted: Wanted[] = [];
    for (const exported of this.checker.getExportsOfModule(module)) {
      const symbol = this.resolve(exported);
      if (symbol.flags & ts.SymbolFlags.Value && !isTypeOnly(exported))
        wanted.push({ label: exported.name, id: symbol });
      const types = [
        ...(symbol.flags & ts.SymbolFlags.Value ? [this.checker.getTypeOfSymbol(symbol)] : []),
        ...(symbol.flags & ts.SymbolFlags.Type ? [this.checker.getDeclaredTypeOfSymbol(symbol)] : []),
      ].filter((type) => type.symbol !== undefined); // Of unions and the like there is nothing that is theirs.
      for (const member of types.flatMap((type) => this.checker.getPropertiesOfType(type))) {
        const id = this.isPublicMethod(member) ? this.idOf(member) : undefined;
        if (id !== undefined) wanted.push({ label: `${exported.name}.${member.name}`, id });
      }
    }
    return wanted.filter(({ id }, index) => wanted.findIndex((other) => other.id === id) === index);
  }

  /** What a file uses, for each entry that it is about. */
  usesOf(file: ts.SourceFile): Map<string, ReadonlySet<unknown>> {
    const uses = new Map<string, Set<unknown>>();
    const of = (entry: string): Set<unknown> => {
      if (!uses.has(entry)) uses.set(entry, new Set());
      return uses.get(entry)!;
    };
    const add = (symbol: ts.Symbol | undefined, node: ts.Node): void => {
      if (symbol === undefined) return;
      const imported = this.importOf(symbol) ?? this.namespaceOf(node);
      const resolved = this.resolve(symbol);
      const owner = this.ownerOf(resolved);
      for (const entry of new Set([imported, owner])) if (entry !== undefined) of(entry).add(resolved);
      const id = this.idOf(resolved);
      if (id !== undefined && owner !== undefined) of(owner).add(id);
      // What entries share is one class: a reader who has seen a method of it knows it wherever it is imported from.
      else if (id !== undefined) for (const { name } of this.entries) of(name).add(id);
    };
    const visit = (node: ts.Node): void => {
      if (ts.isImportDeclaration(node)) {
        const entry = this.entries.find(({ name }) => name === (node.moduleSpecifier as ts.StringLiteral).text);
        if (entry !== undefined) of(entry.name);
        return;
      }
      for (const symbol of this.symbolsAt(node)) add(symbol, node);
      ts.forEachChild(node, visit);
    };
    visit(file);
    return uses;
  }

  private *symbolsAt(node: ts.Node): Iterable<ts.Symbol | undefined> {
    const { checker } = this;
    if (ts.isShorthandPropertyAssignment(node)) yield checker.getShorthandAssignmentValueSymbol(node);
    if (ts.isIdentifier(node)) yield checker.getSymbolAtLocation(node);
    if (ts.isPropertyAccessExpression(node)) yield checker.getTypeAtLocation(node.expression).symbol;
    if (ts.isBindingElement(node) && ts.isObjectBindingPattern(node.parent)) {
      const name = node.propertyName ?? node.name;
      if (ts.isIdentifier(name)) yield checker.getTypeAtLocation(node.parent).getProperty(name.text);
    }
    if (ts.isClassLike(node)) {
      const bases = (node.heritageClauses ?? []).flatMap(({ types }) =>
        types.map((type) => checker.getTypeAtLocation(type)),
      );
      for (const { name } of node.members) {
        if (name !== undefined && ts.isIdentifier(name)) for (const base of bases) yield base.getProperty(name.text);
      }
    }
    if (ts.isObjectLiteralExpression(node)) {
      const type = checker.getContextualType(node);
      for (const { name } of node.properties) {
        if (type === undefined || name === undefined || !ts.isIdentifier(name)) continue;
        for (const one of type.isUnion() ? type.types : [type]) yield checker.getPropertyOfType(one, name.text);
      }
    }
  }

  /** The entry from which a file imports what it calls by this symbol. */
  private importOf(symbol: ts.Symbol): string | undefined {
    const declaration = symbol.declarations?.find((one) => ts.isImportSpecifier(one) || ts.isNamespaceImport(one));
    if (declaration === undefined) return undefined;
    const { moduleSpecifier } = ts.findAncestor(declaration, ts.isImportDeclaration)!;
    return this.entries.find(({ name }) => name === (moduleSpecifier as ts.StringLiteral).text)?.name;
  }

  /** The entry whose namespace stands before a name: `gateway.DStreamsError`. */
  private namespaceOf({ parent }: ts.Node): string | undefined {
    const left = ts.isPropertyAccessExpression(parent)
      ? parent.expression
      : ts.isQualifiedName(parent)
        ? parent.left
        : undefined;
    const symbol = left && ts.isIdentifier(left) ? this.checker.getSymbolAtLocation(left) : undefined;
    return symbol && this.importOf(symbol);
  }

  /** The entry whose own code declares this; undefined for what is shared. */
  private ownerOf(symbol: ts.Symbol): string | undefined {
    const file = symbol.declarations?.[0]?.getSourceFile().fileName;
    return this.entries.find(({ folders }) => folders.some((folder) => file?.startsWith(folder)))?.name;
  }

  private isPublicMethod(member: ts.Symbol): boolean {
    const declaration = member.declarations?.[0];
    if (declaration === undefined || !/^([a-z]|_\d)/.test(member.name) || OF_EVERY_OBJECT.has(member.name))
      return false;
    const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
    if (ts.getCombinedModifierFlags(declaration) & hidden) return false;
    if (ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === 'internal')) return false;
    if (member.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Accessor)) return true;
    const isValue = !ts.isPropertySignature(declaration);
    return isValue && this.checker.getTypeOfSymbol(member).getCallSignatures().length > 0;
  }

  /** What a member's uses are counted by; undefined for what is no member of a class, an interface or an object of ours. */
  private idOf(member: ts.Symbol): object | undefined {
    const declaration = member.declarations?.[0];
    const holder = declaration?.parent;
    if (declaration === undefined || holder === undefined) return undefined;
    if (this.program.isSourceFileFromExternalLibrary(declaration.getSourceFile())) return undefined;
    if (this.program.isSourceFileDefaultLibrary(declaration.getSourceFile())) return undefined;
    if (ts.isClassLike(holder) || ts.isInterfaceDeclaration(holder)) {
      const symbol = this.checker.getSymbolAtLocation(holder.name ?? holder);
      if (symbol === undefined) return undefined;
      const isStatic = ts.getCombinedModifierFlags(declaration as ts.Declaration) & ts.ModifierFlags.Static;
      return this.idIn(this.familyOf(symbol), `${isStatic ? 'static ' : ''}${member.name}`);
    }
    if (ts.isObjectLiteralExpression(holder) || ts.isTypeLiteralNode(holder)) return this.idIn(holder, member.name);
    return undefined;
  }

  private idIn(holder: ts.Symbol | ts.Node, name: string): object {
    const ids = this.ids.get(holder) ?? new Map<string, object>();
    this.ids.set(holder, ids);
    if (!ids.has(name)) ids.set(name, {});
    return ids.get(name)!;
  }

  /** Joins the families of a class or interface and of what it extends and implements. */
  private relate(node: ts.Node): void {
    if ((ts.isClassLike(node) || ts.isInterfaceDeclaration(node)) && node.name !== undefined) {
      const own = this.checker.getSymbolAtLocation(node.name)!;
      for (const type of (node.heritageClauses ?? []).flatMap(({ types }) => types)) {
        const named = this.checker.getSymbolAtLocation(type.expression);
        const base = named && this.resolve(named);
        if (base?.flags !== undefined && base.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))
          this.families.set(this.familyOf(own), this.familyOf(base));
      }
    }
    ts.forEachChild(node, (child) => this.relate(child));
  }

  private familyOf(symbol: ts.Symbol): ts.Symbol {
    let root = symbol;
    for (let next = this.families.get(root); next !== undefined && next !== root; next = this.families.get(root))
      root = next;
    return root;
  }

  private resolve(symbol: ts.Symbol): ts.Symbol {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }
}

/** `export { type X }` of something that is a value elsewhere. */
const isTypeOnly = (exported: ts.Symbol): boolean =>
  exported.declarations?.some((one) => ts.isExportSpecifier(one) && (one.isTypeOnly || one.parent.parent.isTypeOnly)) ??
  false;
