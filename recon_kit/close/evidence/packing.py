"""The evidence of a close, packed: sources, policy, model, journal, the run, its tables as CSV, and what checks them."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import distributions
from importlib.resources import files
from pathlib import Path
from typing import Any

import pandas as pd

from recon_kit import durable
from recon_kit.close.models import FOLDER, own
from recon_kit.close.periods import Close, Periods
from recon_kit.close.signing import altered
from recon_kit.errors import Fault, PeriodError
from recon_kit.policy import Period
from recon_kit.report.cut import read_cut
from recon_kit.workspace import Reading, Workspace

_WHEN = (1980, 1, 1, 0, 0, 0)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Evidence:
    """A zip that was written.

    Args:
        contents_sha256: hash of contents.json, which lists the hash of all else; kept elsewhere, it proves the whole.
    """

    path: Path
    run_id: str
    n_files: int
    contents_sha256: str


def evidence(workspace: Workspace, period: Period, target: Path | None = None) -> Evidence:
    """Pack everything that the current close of a period rests on; the same state gives the same bytes.

    The zip holds payers' names and account numbers in full: it is for auditors, not for sharing.

    Args:
        target: file to write; evidence-<period>-<run id>.zip among the period's reports if None.
    Raises:
        PeriodError: the period is not closed, or a file of its run or of its sources is gone or was changed.
    """
    reading = Reading.now(workspace)
    close = Periods.of(reading).current(period.name)
    if close is None:
        raise PeriodError(period.name, [Fault(f"a close of {period}, but there is none; first: recon close {period}")])
    faults = [*altered(workspace, close), *_lost(reading, close)]
    if faults:
        raise PeriodError(period.name, faults)
    packed = dict(_parts(reading, close))
    contents = _contents(reading, close, packed)
    path = target or workspace.path("reports") / period.name / f"evidence-{period.name}-{close.run_id}.zip"
    durable.write_file(path, _zipped({**packed, "contents.json": contents}), "evidence.write")
    return Evidence(path, close.run_id, len(packed) + 1, hashlib.sha256(contents).hexdigest())


def _lost(reading: Reading, close: Close) -> Iterator[Fault]:
    for name, sha in _inputs(reading, close):
        if not (reading.path("sources") / sha).is_file():
            yield Fault(f"the bytes of {name}, but they are gone from the sources")


def _inputs(reading: Reading, close: Close) -> list[tuple[str, str]]:
    manifest = json.loads((_folder(reading, close) / "manifest.json").read_text("utf-8"))
    return sorted({(one["name"], one["sha256"]) for one in manifest["inputs"]})


def _folder(reading: Reading, close: Close) -> Path:
    return reading.path("reports") / close.period.name / close.run_id


def _parts(reading: Reading, close: Close) -> Iterator[tuple[str, bytes]]:
    for name in ("README.txt", "verify.py"):
        yield name, files("recon_kit.close.evidence").joinpath(name).read_bytes()
    folder = _folder(reading, close)
    for name in close.outputs:
        yield f"run/{name}", (folder / name).read_bytes()
    for name, frame in read_cut(folder).frames.items():
        yield f"tables/{name}.csv", _csv(frame)
    inputs = _inputs(reading, close)
    for _, sha in inputs:
        yield f"sources/{sha}", (reading.path("sources") / sha).read_bytes()
    yield "sources.csv", _csv(pd.DataFrame(inputs, columns=["name", "sha256"]))
    yield from _rules(reading, close)
    yield from _journal(reading)


def _rules(reading: Reading, close: Close) -> Iterator[tuple[str, bytes]]:
    """Policy and model as they were, and the programs as they are installed now."""
    then = Reading.at(reading.workspace, close.made_at)
    texts = then.entries("policy")["payload"].iloc[-1]["texts"]
    for name, text in texts.items():
        yield f"policy/{name}", text.encode()
    model = own(then)
    if model:
        yield "model/model.json", (reading.workspace.folder / FOLDER / f"{model.sha256}.json").read_bytes()
    else:
        yield "model/model.json", files("recon_kit.matching.model").joinpath("default.json").read_bytes()
    installed = sorted({f"{found.name}=={found.version}" for found in distributions()}, key=str.lower)
    yield "environment.txt", ("\n".join(installed) + "\n").encode()


def _journal(reading: Reading) -> Iterator[tuple[str, bytes]]:
    rows, names = reading.workspace.store.exported(reading.head.seq)
    yield "journal.jsonl", "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    yield "names.json", (json.dumps(names, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _contents(reading: Reading, close: Close, packed: dict[str, bytes]) -> bytes:
    period = close.period
    told: dict[str, Any] = {
        "company": reading.policy.company.name,
        "period": {"name": period.name, "first": period.first.isoformat(), "last": period.last.isoformat()},
        "run_id": close.run_id,
        "journal": {"seq": reading.head.seq, "hash": reading.head.hash},
        "files": [
            {"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for name, content in sorted(packed.items())
        ],
    }
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def _csv(frame: pd.DataFrame) -> bytes:
    """A table as a spreadsheet may open it: text that would be taken for a formula has an apostrophe before it."""
    shown = frame.copy()
    for name in shown.columns[shown.dtypes.astype(str).isin(["str", "object", "string"])]:
        text = shown[name]
        risky = text.notna() & text.astype("str").str.startswith(_FORMULA)
        shown[name] = text.mask(risky, "'" + text.astype("str"))
    return shown.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d").encode("utf-8")


def _zipped(contents: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as made:
        for name in sorted(contents):
            info = zipfile.ZipInfo(name, _WHEN)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            made.writestr(info, contents[name])
    return buffer.getvalue()
