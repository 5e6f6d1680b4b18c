"""What a report notebook declares (parameters with type, default and help), and every house rule that it breaks."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

TAG = "parameters"
MOST_IN_CELL, MOST_IN_ALL = 6, 60
TYPES = {"str": str, "int": int, "bool": bool}
"""The types that a parameter may have, by the name that its annotation says."""


@dataclass(frozen=True)
class Parameter:
    """One declared parameter of a notebook."""

    name: str
    type: type
    default: str | int | bool
    help: str


def declared(notebook: Mapping[str, Any]) -> list[Parameter]:
    """The parameters of a notebook in order: `name: type = literal  # help` in the one cell tagged `parameters`.

    Reads the text only; nothing is run. Lines that declare none are left to `faults`.
    """
    cells = [cell for cell in notebook["cells"] if _is_parameters(cell)]
    if len(cells) != 1:
        return []
    source = _source(cells[0])
    comments = _comments(source)
    found = []
    for node in ast.parse(source).body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and isinstance(node.annotation, ast.Name):
            value = node.value.value if isinstance(node.value, ast.Constant) else None
            kind = TYPES.get(node.annotation.id)
            if kind is not None and isinstance(value, str | int) and type(value) is kind:
                found.append(Parameter(node.target.id, kind, value, comments.get(node.lineno, "")))
    return found


def faults(notebook: Mapping[str, Any]) -> list[str]:
    """Each way in which a notebook is not a page to read; empty if it is.

    One parameters cell, first of the code, each line typed, literal and commented; at most six code lines a cell and sixty
    in all (rows of data in triple quotes count as one line); no definition, loop or condition; no import but of this package;
    no outputs; the first cell is a heading of level one; no path of a machine.
    """
    cells = list(notebook["cells"])
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    return [*_shape(cells, code), *_parameters(notebook, code), *_thin(code)]


def _shape(cells: list[Any], code: list[Any]) -> Iterator[str]:
    if not cells or cells[0]["cell_type"] != "markdown" or not _source(cells[0]).startswith("# "):
        yield "the first cell is not a markdown heading of level one"
    for number, cell in enumerate(code, 1):
        if cell.get("outputs"):
            yield f"code cell {number} has outputs"
        if cell.get("execution_count") is not None:
            yield f"code cell {number} has an execution count"
    for cell in cells:
        if re.search(r"(?<![\w.])/(home|work|Users|tmp|mnt)/|[A-Z]:\\", _source(cell)):
            yield f"a cell names a path of one machine: {_source(cell)[:60]!r}"


def _parameters(notebook: Mapping[str, Any], code: list[Any]) -> Iterator[str]:
    tagged = [cell for cell in code if _is_parameters(cell)]
    if len(tagged) != 1:
        yield f"{len(tagged)} cells are tagged {TAG!r}, expected one"
        return
    if code[0] is not tagged[0]:
        yield "the parameters cell is not the first code cell"
    lines = _lines(tagged[0])
    known = declared(notebook)
    if len(known) != len(lines):
        yield f"{len(lines)} lines in the parameters cell, but {len(known)} are `name: type = literal`"
    yield from (f"parameter {parameter.name} has no comment" for parameter in known if not parameter.help)


_FORBIDDEN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda, ast.For, ast.While, ast.If, ast.Try, ast.With)
_WRITTEN_DOWN = re.compile(r'"""[^"]*"""')
"""Rows of data in a cell."""
_HIDDEN = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def _thin(code: list[Any]) -> Iterator[str]:
    whole = sum(len(_lines(cell)) for cell in code)
    if whole > MOST_IN_ALL:
        yield f"{whole} code lines, at most {MOST_IN_ALL}"
    for number, cell in enumerate(code, 1):
        if len(_lines(cell)) > MOST_IN_CELL:
            yield f"code cell {number} has {len(_lines(cell))} lines, at most {MOST_IN_CELL}"
        try:
            tree = ast.parse(_source(cell))
        except SyntaxError as error:
            yield f"code cell {number} is not plain Python: {error.msg}"
            continue
        for node in ast.walk(tree):
            if isinstance(node, (*_FORBIDDEN, *_HIDDEN)):
                yield f"code cell {number} has a {type(node).__name__}; logic belongs into the package"
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield from (
                    f"code cell {number} imports {name}" for name in _modules(node) if name.split(".")[0] != "recon_kit"
                )


def _modules(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]


def _is_parameters(cell: Mapping[str, Any]) -> bool:
    return cell["cell_type"] == "code" and TAG in cell.get("metadata", {}).get("tags", [])


def _source(cell: Mapping[str, Any]) -> str:
    source = cell["source"]
    return source if isinstance(source, str) else "".join(source)


def _lines(cell: Mapping[str, Any]) -> list[str]:
    source = _WRITTEN_DOWN.sub('""', _source(cell))
    return [line for line in source.splitlines() if line.strip() and not line.strip().startswith("#")]


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string.lstrip("# ").strip() for token in tokens if token.type == tokenize.COMMENT}
