"""Files with random damage: read whole into tables that conform or refused by a LoadError; nothing else, and never a hang."""

from __future__ import annotations

import io
import random
import time
import zipfile
from pathlib import Path

import pytest

from recon_kit.errors import LoadError
from recon_kit.simulate import simulate
from recon_kit.tables import ALL
from tests.load.small_files import LIST, SMALL, load

SECONDS_A_MUTANT = 0.5
TABLES = {table.name: table for table in ALL}

MARKS = (
    b'"', b"\0", b"\xff", b"\x85", b",", b";", b"\n", b"\r", b"<", b">", b"&", b"]]>", b"{", b"}", b":", b"-", b"/", b"^",
    b"'", b"99999999999999999999", b"1e400", b"NaN", b"\xef\xbb\xbf", b"\xe2\x80\xae", b"\xd9\xa1",
)  # fmt: skip


def mutant(chance: random.Random, content: bytes) -> bytes:
    """The content cut off, or with bytes flipped, deleted, put in or copied elsewhere."""
    told = bytearray(content)
    if chance.random() < 0.2:
        return bytes(told[: chance.randrange(len(told))])
    for _ in range(chance.choice((1, 1, 2, 5, 20))):
        at, what = chance.randrange(len(told) + 1), chance.random()
        if what < 0.3:
            told[at : at + 1] = bytes([chance.randrange(256)])
        elif what < 0.5:
            del told[at : at + chance.choice((1, 1, 3, 20, 200))]
        elif what < 0.8:
            told[at:at] = chance.choice(MARKS)
        else:
            start = chance.randrange(len(told) + 1)
            told[at:at] = told[start : start + chance.choice((1, 5, 30))]
    return bytes(told)


def mutant_part(chance: random.Random, book: bytes) -> bytes:
    """A workbook one part of which is a mutant; or the archive itself."""
    if chance.random() < 0.25:
        return mutant(chance, book)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w") as new:
        changed = chance.choice([*old.namelist(), *(["xl/worksheets/sheet1.xml"] * 4)])
        for name in old.namelist():
            new.writestr(name, mutant(chance, old.read(name)) if name == changed else old.read(name))
    return out.getvalue()


def survives(content: bytes, hints: dict[str, object]) -> bool:
    """Whether the file is read, into tables that conform; else it is refused by a LoadError, or the test fails."""
    try:
        loaded = load(content, **hints)
    except LoadError as error:
        assert error.faults
        assert str(error)
        return False
    for name, frame in loaded.tables.items():
        TABLES[name].conform(frame)
    return True


def hunt(name: str, content: bytes, hints: dict[str, object], size: int = 40) -> None:
    chance = random.Random(name)
    made = [(mutant_part if content.startswith(b"PK") else mutant)(chance, content) for _ in range(size)]
    began = time.process_time()
    read = [survives(one, hints) for one in made]
    assert not all(read)
    assert time.process_time() - began < SECONDS_A_MUTANT * size


@pytest.mark.parametrize("name", sorted(SMALL))
def test_a_mutant_of_a_small_file_is_read_whole_or_refused(name: str) -> None:
    hunt(name, SMALL[name].good, SMALL[name].hints)


@pytest.mark.parametrize(
    "path",
    [path for path in sorted((Path(__file__).parent / "golden" / "csv").glob("*.csv")) if ".expected" not in path.name],
    ids=lambda path: path.stem,
)
def test_a_mutant_of_a_bank_s_csv_is_read_whole_or_refused(path: Path) -> None:
    hunt(path.name, path.read_bytes(), {}, 20)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    simulate(folder, scale=0.02)
    return folder


@pytest.mark.parametrize(
    "pattern",
    ["main-*.xml", "chf-*.xml", "stores-*.sta", "gbp-*.sta", "umsaetze-*.csv", "payout-*.xlsx", "receivables-*.json",
     "SalesInvoices-*.csv", "customers-*.csv", "balances-*.csv", "movements-*.csv", "tills-*.csv"],
)  # fmt: skip
def test_a_mutant_of_the_sample_s_files_is_read_whole_or_refused(sample: Path, pattern: str) -> None:
    smallest = min(sample.rglob(pattern), key=lambda path: (path.stat().st_size, path.name))
    hints: dict[str, object] = {"mapping": str(sample / "mappings" / "tills.toml")} if "tills" in pattern else {}
    hunt(pattern, smallest.read_bytes(), {**LIST, **hints}, 20)
