"""Running a notebook with checked parameters: papermill only warns of a misspelt one, and reports the wrong month."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recon_kit.errors import Fault, ParameterError, nearest
from recon_kit.report.notebook_format import nbformat

_TYPES: dict[str, type] = {"str": str, "int": int, "float": float, "bool": bool}
_WORDS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def find_notebook(name: str) -> Path:
    """A notebook by path, or one of those that ship with the package by name ("reconciliation").

    Raises:
        ParameterError: there is none; tells the nearest name.
    """
    if Path(name).is_file():
        return Path(name)
    package = Path(__file__).parents[1]
    for folder in (package / "notebooks", package.parent / "notebooks"):
        if (found := folder / f"{name.removesuffix('.ipynb')}.ipynb").is_file():
            return found
    known = [path.stem for folder in ("notebooks", "../notebooks") for path in (package / folder).glob("*.ipynb")]
    raise ParameterError("run", [Fault(f"a notebook{nearest(name, known)}", field="notebook", found=name)])


def checked_parameters(path: Path, given: Mapping[str, Any]) -> dict[str, Any]:
    """The values that a notebook takes, each of its declared type; text from a command line is read as that type.

    Raises:
        ParameterError: a name that the notebook does not declare, or a value of another type, all at once.
    """
    declared = declared_parameters(path)
    faults, values = [], {}
    for name, value in given.items():
        if name not in declared:
            told = nearest(name, declared) or f" (it takes {', '.join(declared)})"
            faults.append(Fault(f"no parameter {name!r}{told}"))
            continue
        try:
            values[name] = _typed(value, declared[name])
        except ValueError:
            faults.append(Fault(declared[name], field=name, found=str(value)))
    if faults:
        raise ParameterError(path.name, faults)
    return values


def declared_parameters(path: Path) -> dict[str, str]:
    """The parameters that a notebook's tagged cell declares, name -> type.

    Raises:
        ParameterError: the notebook has no cell tagged `parameters`, or one without a type.
    """
    cells = nbformat().read(path, as_version=4).cells
    tagged = [cell for cell in cells if "parameters" in cell.get("metadata", {}).get("tags", [])]
    if len(tagged) != 1:
        raise ParameterError(path.name, [Fault(f"one cell tagged parameters, but it has {len(tagged)}")])
    found: dict[str, str] = {}
    for statement in ast.parse(tagged[0].source).body:
        if not isinstance(statement, ast.AnnAssign) or ast.unparse(statement.annotation) not in _TYPES:
            told = f"name: {'|'.join(_TYPES)} = value, but the parameters cell says {ast.unparse(statement)!r}"
            raise ParameterError(path.name, [Fault(told, line=statement.lineno)])
        found[ast.unparse(statement.target)] = ast.unparse(statement.annotation)
    return found


def cell_failure() -> Any:
    """The error by which `run_notebook` says that a cell failed: papermill's PapermillExecutionError."""
    nbformat()  # papermill would load it whole
    from papermill.exceptions import PapermillExecutionError

    return PapermillExecutionError


def run_notebook(path: Path, output: Path, parameters: Mapping[str, Any], *, timeout: int = 600) -> Any:
    """Execute a notebook with checked parameters; the executed one is kept at `output`, also when a cell fails.

    Returns:
        The executed notebook (an nbformat node).
    Raises:
        ParameterError: as `checked_parameters`. What `cell_failure` returns: a cell failed.
    """
    values = checked_parameters(path, parameters)
    import papermill

    output.parent.mkdir(parents=True, exist_ok=True)
    return papermill.execute_notebook(
        str(path), str(output), parameters=values, kernel_name="python3", progress_bar=False,
        execution_timeout=timeout, start_timeout=120, kernel_manager_class="recon_kit.close.kernel.LocalKernelManager",
    )  # fmt: skip


def _typed(value: Any, kind: str) -> Any:
    wanted = _TYPES[kind]
    if type(value) is wanted:
        return value
    if not isinstance(value, str):
        raise ValueError(value)
    if wanted is bool:
        if value.lower() not in _WORDS:
            raise ValueError(value)
        return _WORDS[value.lower()]
    return wanted(value)
