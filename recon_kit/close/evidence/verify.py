"""Check this evidence with Python alone: no package is needed, nothing is written, no network is used.

    python verify.py            in the folder that the zip was unpacked to, or
    python verify.py FILE.zip   on the zip itself

Exit code 0: everything is as it was put in and fits together; 1: something is not, and every such thing is printed.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import pathlib
import sys
import zipfile
from collections.abc import Iterator
from typing import Any


class Folder:
    """The files, unpacked or in the zip."""

    def __init__(self, place: str | pathlib.Path) -> None:
        self.place = pathlib.Path(place)
        self.zip = zipfile.ZipFile(place) if self.place.is_file() else None

    def names(self) -> list[str]:
        if self.zip:
            return sorted(name for name in self.zip.namelist() if not name.endswith("/"))
        found = (path for path in self.place.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.place).as_posix() for path in found)

    def read(self, name: str) -> bytes:
        return self.zip.read(name) if self.zip else (self.place / name).read_bytes()

    def json(self, name: str) -> Any:
        return json.loads(self.read(name))

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.read(name).decode("utf-8"))))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def check_files(folder: Folder) -> Iterator[str]:
    """Every file is there as the contents list says, and no other is."""
    listed = {one["path"]: one["sha256"] for one in folder.json("contents.json")["files"]}
    there = set(folder.names()) - {"contents.json"}
    for name in sorted(set(listed) - there):
        yield f"{name} is missing"
    for name in sorted(there - set(listed)):
        yield f"{name} was added"
    for name in sorted(there & set(listed)):
        if sha256(folder.read(name)) != listed[name]:
            yield f"{name} was changed"


def check_journal(folder: Folder) -> Iterator[str]:
    """Each entry carries the hash of the one before it and its own."""
    before: dict[str, Any] = {"seq": 0, "hash": "0" * 64}
    for line in folder.read("journal.jsonl").decode("utf-8").splitlines():
        entry = json.loads(line)
        covered = [entry[name] for name in ("seq", "at", "by", "kind", "payload", "prev")]
        text = json.dumps(covered, separators=(",", ":"), ensure_ascii=False)
        if entry["seq"] != before["seq"] + 1 or entry["prev"] != before["hash"]:
            yield f"journal: entry {entry['seq']} does not follow entry {before['seq']}"
        if sha256(text.encode("utf-8", "surrogatepass")) != entry["hash"]:
            yield f"journal: entry {entry['seq']} was changed"
        before = entry
    told = folder.json("contents.json")["journal"]
    if {"seq": before["seq"], "hash": before["hash"]} != told:
        yield f"journal: its last entry is {before['seq']}, the contents list tells {told['seq']}"


def entries(folder: Folder, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    for line in folder.read("journal.jsonl").decode("utf-8").splitlines():
        entry = json.loads(line)
        if entry["kind"] == kind:
            yield entry["seq"], json.loads(entry["payload"])


def check_run(folder: Folder) -> Iterator[str]:
    """The run's files are those that the journal recorded when the period was closed, and what was signed is that run."""
    told = folder.json("contents.json")
    closes = [payload for _, payload in entries(folder, "close") if payload["run_id"] == told["run_id"]]
    if not closes:
        yield f"journal: it knows no close with the run {told['run_id']}"
        return
    for name, wanted in closes[-1]["outputs"].items():
        if f"run/{name}" not in folder.names():
            yield f"run/{name} was closed, but it is not here"
        elif sha256(folder.read(f"run/{name}")) != wanted:
            yield f"run/{name} is not what was closed"
    for seq, payload in entries(folder, "sign"):
        if payload["run_id"] == told["run_id"] and payload["manifest_sha256"] != closes[-1]["outputs"]["manifest.json"]:
            yield f"journal: the signature of entry {seq} binds to another manifest"


def check_sources(folder: Folder) -> Iterator[str]:
    """The bytes of every file that the run rests on are here, and are those that the journal took in."""
    names = set(folder.names())
    taken = {payload["sha256"] for _, payload in entries(folder, "source") if "sha256" in payload}
    for one in folder.json("run/manifest.json")["inputs"]:
        if one["sha256"] not in taken:
            yield f"{one['name']}: the journal took in no such file"
        elif f"sources/{one['sha256']}" not in names:
            yield f"{one['name']}: its bytes are not here"
        elif sha256(folder.read(f"sources/{one['sha256']}")) != one["sha256"]:
            yield f"{one['name']}: its bytes were changed"


def check_money(folder: Folder) -> Iterator[str]:
    """Each bank line is, to the cent, what its matches say and what is left of it."""
    left = {(row["entity"], row["line_id"]): int(row["amount"]) for row in folder.rows("tables/bank_lines.csv")}
    lines = {(row["entity"], row["line_id"]): row["currency"] for row in folder.rows("tables/bank_lines.csv")}
    for row in folder.rows("tables/allocations.csv"):
        key = (row["entity"], row["line_id"])
        if row["status"] != "proposed" and key in left and row["currency"] == lines[key]:
            left[key] -= int(row["allocated"]) if row["kind"] not in ITEM_SIDE else 0
    for row in folder.rows("tables/breaks.csv"):
        key = (row["entity"], row["id"])
        if row["side"] == "bank_line" and key in left:
            left[key] -= int(row["amount"])
    for (_, line), amount in left.items():
        if amount:
            yield f"bank line {line}: {amount} minor units are neither matched nor told as open"


ITEM_SIDE = ("discount", "fee", "write_off", "fx_difference")
"""Parts that close a document without money of the line."""
CHECKS = (check_files, check_journal, check_run, check_sources, check_money)


def main(place: str | pathlib.Path) -> int:
    folder = Folder(place)
    told = folder.json("contents.json")
    print(f"{told['company']}, {told['period']['name']}, run {told['run_id']}")
    faults: list[str] = []
    for check in CHECKS:
        found = list(check(folder))
        print(f"{'FAILED' if found else 'ok':<7}{str(check.__doc__).splitlines()[0]}")
        faults += found
    for fault in faults:
        print(f"  {fault}")
    print(f"{len(folder.names())} files; contents.json is {sha256(folder.read('contents.json'))}")
    print("Compare that with what you were told when the evidence was made: it covers all else.")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent))
