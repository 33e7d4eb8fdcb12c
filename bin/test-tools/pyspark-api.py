"""Lists the public methods of PySpark's classes for streams and data sets: python3 pyspark-api.py FOLDER.

A line a method: `DStream.window(windowDuration, slideDuration=)`; `=` marks parameters that may be left out. The sources
are only parsed, nothing is imported.
"""

import ast
import sys
from pathlib import Path

CLASSES = [
    ("streaming/context.py", "StreamingContext"),
    ("streaming/dstream.py", "DStream"),
    ("streaming/listener.py", "StreamingListener"),
    ("context.py", "SparkContext"),
    ("rdd.py", "RDD"),
    ("conf.py", "SparkConf"),
    ("broadcast.py", "Broadcast"),
    ("accumulators.py", "Accumulator"),
    ("statcounter.py", "StatCounter"),
]


def parameters(function):
    spec = function.args
    names = [a.arg for a in spec.posonlyargs + spec.args]
    optional = len(names) - len(spec.defaults)
    rows = [name + ("=" if i >= optional else "") for i, name in enumerate(names) if name not in ("self", "cls")]
    if spec.vararg is not None:
        rows.append("*" + spec.vararg.arg)
    rows += [a.arg + "=" for a in spec.kwonlyargs]
    return ", ".join(rows)


def is_overload(function):
    return any(getattr(d, "id", getattr(d, "attr", "")) == "overload" for d in function.decorator_list)


def listing(root):
    for path, name in CLASSES:
        tree = ast.parse((root / path).read_text(encoding="utf-8"))
        found = next(n for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
        rows = {}
        for node in found.body:
            if not isinstance(node, ast.FunctionDef) or is_overload(node):
                continue
            if node.name == "__init__":
                rows["new"] = f"new {name}({parameters(node)})"
            elif not node.name.startswith("_"):
                rows[node.name] = f"{name}.{node.name}({parameters(node)})"
        yield from (rows[key] for key in sorted(rows))


if __name__ == "__main__":
    print("\n".join(listing(Path(sys.argv[1]))))
