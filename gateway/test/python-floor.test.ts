import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { needs } from '../../bin/test/needs.ts';

const at = (path: string) => fileURLToPath(new URL(`../clients/python/${path}`, import.meta.url));
/** Reads each file as that Python would, and prints where it has what came later. */
const PROGRAM = `
import ast, sys
LATER = {
    "3.10": {"aiter", "anext", "pairwise", "zip.strict", "dataclass.slots", "dataclass.kw_only", "ParamSpec", "TypeAlias", "TypeGuard"},
    "3.11": {"timeout", "timeout_at", "TaskGroup", "Runner", "Barrier", "ExceptionGroup", "BaseExceptionGroup", "Self", "StrEnum", "UTC", "tomllib", "add_note", "Never", "assert_never"},
    "3.12": {"batched", "override", "TypeAliasType", "eager_task_factory"},
}
WHERE = {name: version for version, names in LATER.items() for name in names}
major, minor = map(int, sys.argv[1].split("."))
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as file:
        text = file.read()
    try:
        tree = ast.parse(text, path, feature_version=(major, minor))
    except SyntaxError as error:
        print(f"{path}:{error.lineno}: {error.msg}")
        continue
    lazy = any(isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body)
    modules = {"asyncio", "typing", "itertools", "datetime", "enum", "builtins", "contextlib"}
    for node in ast.walk(tree):
        found = []
        if isinstance(node, ast.ImportFrom) and node.module in modules: found = [alias.name for alias in node.names]
        elif isinstance(node, ast.Import): found = [alias.name for alias in node.names]
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in modules: found = [node.attr]
        elif isinstance(node, ast.Attribute) and node.attr == "add_note": found = [node.attr]
        elif isinstance(node, ast.Name) and node.id in ("aiter", "anext", "ExceptionGroup", "BaseExceptionGroup"): found = [node.id]
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name): found = [f"{node.func.id}.{word.arg}" for word in node.keywords]
        elif isinstance(node, (ast.AnnAssign, ast.arg)) and not lazy and node.annotation is not None:
            if any(isinstance(part, ast.BinOp) for part in ast.walk(node.annotation)): print(f"{path}:{node.lineno}: X | Y is evaluated")
        for name in found:
            if name in WHERE: print(f"{path}:{node.lineno}: {name} is of Python {WHERE[name]}")
`;

describe('the Python client', () => {
  const floor = /^requires-python = ">=(3\.\d+)"$/m.exec(readFileSync(at('pyproject.toml'), 'utf8'))![1]!;
  const look = async (files: readonly string[], version = floor) =>
    (await promisify(execFile)('python3', ['-B', '-c', PROGRAM, version, ...files])).stdout;

  it('is written for the oldest Python that it says it runs on', async function () {
    needs(this, 'python');
    this.timeout(20_000);
    const sources = at('src/dstreams_client');
    const files = readdirSync(sources).filter((name) => name.endsWith('.py'));
    expect(files).to.include('client.py');
    expect(await look([...files.map((name) => join(sources, name)), at('tests/driver.py')])).to.equal('');
    expect(readFileSync(at('README.md'), 'utf8')).to.include(`Python ${floor} or newer`);
  });

  it('would be found out where it were not', async function () {
    needs(this, 'python');
    this.timeout(20_000);
    const folder = mkdtempSync(join(tmpdir(), 'dstreams-floor-'));
    try {
      const found: string[] = [];
      for (const [i, text] of [
        'match x:\n  case 1: pass\n',
        'import asyncio\nasync def f():\n  async with asyncio.timeout(1): pass\n',
        'def f(x: int | None): pass\n',
        'zip([], [], strict=True)\n',
        'from asyncio import TaskGroup\n',
        'from __future__ import annotations\ndef f(x: int | None): pass\n', // This one is good.
      ].entries()) {
        const file = join(folder, `${i}.py`);
        writeFileSync(file, text);
        found.push((await look([file])).replace(`${folder}/`, '').trim());
      }
      // Python's own words.
      expect(found.shift()).to.match(/^0\.py:\d: .*3\.10/);
      expect(found).to.deep.equal([
        '1.py:3: timeout is of Python 3.11',
        '2.py:1: X | Y is evaluated',
        '3.py:1: zip.strict is of Python 3.10',
        '4.py:1: TaskGroup is of Python 3.11',
        '',
      ]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
