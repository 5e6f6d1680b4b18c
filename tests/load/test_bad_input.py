"""Whatever is wrong with a file, in every format: one LoadError that names the place, in good time, and nothing else ever."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from recon_kit.errors import LoadError, ParameterError
from recon_kit.load import Hints, SourceFile
from recon_kit.load.reading import READERS
from tests.load.small_files import SMALL, WORKBOOKS, Small, load

FORMATS = sorted(SMALL)
TEXTS = [name for name in FORMATS if name not in WORKBOOKS]
SHEETS = ["bank_csv", "multisafepay", "xero", "mapped", "own_captions"]
JSON = ["multisafepay_api", "exact_online", "exact_list"]
FAST = 2.0


@contextmanager
def refused(match: str = "expected|, but ") -> Iterator[list[str]]:
    """One LoadError, soon; gives its lines."""
    told: list[str] = []
    began = time.perf_counter()
    with pytest.raises(LoadError, match=match) as caught:
        yield told
    assert time.perf_counter() - began < FAST
    assert caught.value.faults
    told += str(caught.value).splitlines()
    assert all(line.startswith("small:") for line in told)


def umlaut(small: Small, instead: bytes) -> bytes:
    """The small file with other bytes where it has its first umlaut."""
    there = b"\xfc" if b"\xfc" in small.good else "ü".encode()
    assert there in small.good
    return small.good.replace(there, instead, 1)


def test_every_reader_has_its_small_file() -> None:
    assert set(READERS) <= {name.removesuffix("_xlsx") for name in SMALL}


@pytest.mark.parametrize("name", FORMATS)
def test_the_small_file_itself_is_read_and_ties(name: str) -> None:
    loaded = load(SMALL[name].good, **SMALL[name].hints)
    assert any(len(frame) == 3 for frame in loaded.tables.values())
    assert loaded.failed.empty


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("what", ["day", "amount"])
def test_three_bad_rows_are_three_named_lines_at_once(name: str, what: str) -> None:
    small = SMALL[name]
    bad = small.bad_day if what == "day" else small.bad_amount
    rows = [(bad, amount) if what == "day" else (day, bad) for day, amount in zip(small.days, small.amounts, strict=True)]
    with refused() as told:
        load(small.build(rows), **small.hints)
    field = small.day_field if what == "day" else small.amount_field
    mine = [line for line in told if f": {field} is " in line and bad in line and ", expected " in line]
    assert len({line.split(":")[1] for line in mine}) == 3


@pytest.mark.parametrize("name", FORMATS)
def test_a_missing_amount_is_named_in_each_of_three_lines(name: str) -> None:
    small = SMALL[name]
    with refused() as told:
        load(small.build([(day, "") for day in small.days]), **small.hints)
    assert len({line.split(":")[1] for line in told if f": {small.amount_field} is " in line}) == 3


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "bai2"])  # there a value date may be left out
def test_a_missing_day_is_named_in_each_of_three_lines(name: str) -> None:
    small = SMALL[name]
    with refused() as told:
        load(small.build([("", amount) for amount in small.amounts]), **small.hints)
    field = ":61:" if name == "mt940" else small.day_field
    assert len({line.split(":")[1] for line in told if f": {field} is " in line}) == 3


@pytest.mark.parametrize("name", FORMATS)
def test_an_amount_that_could_be_a_thousand_or_a_fraction_is_never_guessed(name: str) -> None:
    small = SMALL[name]
    with refused() as told:
        load(small.build([(day, "1.234") for day in small.days]), **small.hints)
    assert any("is '1.234', expected" in line and line.split(":")[1].isdigit() for line in told)


@pytest.mark.parametrize("name", FORMATS)
def test_a_day_that_could_be_in_march_or_april_is_never_guessed(name: str) -> None:
    small = SMALL[name]
    with refused() as told:
        load(small.build([("03/04/2026", amount) for amount in small.amounts]), **small.hints)
    assert any("'03/04/2026" in line and line.split(":")[1].isdigit() for line in told)


@pytest.mark.parametrize("name", TEXTS)
def test_a_byte_that_is_no_text_is_named_with_its_line(name: str) -> None:
    with refused(r"small:\d+: .*0xFF") as _:
        load(umlaut(SMALL[name], b"\xff"), **SMALL[name].hints, encoding="utf-8")


@pytest.mark.parametrize("name", TEXTS)
def test_nul_is_named_with_its_line(name: str) -> None:
    with refused(r"small:\d+: .*(NUL|invalid token)"):
        load(umlaut(SMALL[name], b"\0"), **SMALL[name].hints)


@pytest.mark.parametrize("name", ["mt940", "ofx", "qif", "bai2", *SHEETS])
def test_nul_in_utf_16_is_named_too(name: str) -> None:
    small = SMALL[name]
    text = small.good.decode("cp1252" if name == "ofx" else "utf-8")
    assert load(text.encode("utf-16"), **small.hints).tables
    with refused(r"small:\d+: expected text, but there is a NUL in it"):
        load(text.replace("ü", "\0").encode("utf-16"), **small.hints)


@pytest.mark.parametrize("encoding", ["klingon", "base64", "rot13"])
def test_an_encoding_that_does_not_exist_is_said_so(encoding: str) -> None:
    with pytest.raises(ParameterError, match=f"encoding is '{encoding}', expected a text encoding"):
        load(SMALL["mt940"].good, encoding=encoding)
    with pytest.raises(LoadError, match=f"encoding is '{encoding}', expected a text encoding"):  # as recon.toml gives it
        SourceFile("small", content=b"x").encoding((Hints(encoding=encoding).encoding or "",))


@pytest.mark.parametrize("name", ["mt940", "qif", "bai2", *SHEETS])
def test_utf_16_without_its_mark_is_refused(name: str) -> None:
    with refused("text in utf-16, but"):
        load(SMALL[name].good, **SMALL[name].hints, encoding="utf-16")


@pytest.mark.parametrize("name", SHEETS)
def test_broken_quotes_are_named_with_their_line(name: str) -> None:
    with refused(r"small:\d+: .*quotes, but"):
        load(SMALL[name].good.replace("Müller".encode(), b'"M', 1), **SMALL[name].hints)


@pytest.mark.parametrize("name", ["multisafepay", "xero", "mapped", "own_captions"])
def test_each_row_with_broken_quotes_is_named(name: str) -> None:
    small = SMALL[name]
    with refused() as told:
        load(small.good.replace("Müller".encode(), b'"M"ller'), **small.hints)
    assert len({line.split(":")[1] for line in told if "quotes" in line}) == 3


@pytest.mark.parametrize("name", SHEETS)
def test_a_row_with_a_field_too_few_is_named_with_its_line(name: str) -> None:
    small = SMALL[name]
    content = small.good.rstrip(b"\n\r")
    last = max(content.rfind(mark) for mark in (b",", b";"))
    n_lines = len(content.splitlines())
    with refused(rf"small:{n_lines}: .*fields as in the header"):
        load(content[:last] + b"\n", **small.hints)


@pytest.mark.parametrize("name", [*JSON, "camt", "ofx", "ofx_xml", "qif", *WORKBOOKS])
@pytest.mark.parametrize("part", [0.4, 0.75, 0.9])
def test_a_file_that_is_cut_off_is_refused(name: str, part: float) -> None:
    content = SMALL[name].good
    with refused():
        load(content[: int(len(content) * part)], **SMALL[name].hints)


BOMB = b'<!DOCTYPE lolz [<!ENTITY lol "lol">%s]>' % b"".join(
    b'<!ENTITY lol%d "%s">' % (n, b"&lol%s;" % (str(n - 1) if n > 1 else "").encode() * 10) for n in range(1, 10)
)


@pytest.mark.parametrize("name", ["camt", "ofx_xml"])
def test_a_doctype_with_an_entity_bomb_is_refused(name: str) -> None:
    declaration, rest = SMALL[name].good.split(b"\n", 1)
    with refused(r"small:2: .*without (a |<!)DOCTYPE"):
        load(declaration + b"\n" + BOMB + rest.replace("Müller".encode(), b"&lol9;"))


@pytest.mark.parametrize("behind", [b"<OFX>", b"<BANKTRANLIST>\n"])
def test_a_doctype_in_the_middle_of_ofx_is_refused(behind: bytes) -> None:
    with refused(r"small:\d: expected a statement without <!DOCTYPE"):
        load(SMALL["ofx_xml"].good.replace(behind, behind + b"<!DOCTYPE x>"))


def repacked(book: bytes, part: str, change: bytes, *, before: bool) -> bytes:
    """A workbook with something more in one of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        assert part in old.namelist()
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                content = (
                    change + content[content.index(b"<", 2) if b"<?xml" in content[:9] else 0 :] if before else content + change
                )
            new.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("name", WORKBOOKS)
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml"])
@pytest.mark.parametrize("far", [0, 9000], ids=["at the top", "behind a long comment"])
def test_a_doctype_in_a_workbook_is_refused(name: str, part: str, far: int) -> None:
    comment = b"<!--" + b" " * far + b"-->"
    with refused(rf"small: expected a workbook, but {part} has a document type declaration"):
        load(repacked(SMALL[name].good, part, comment + BOMB, before=True), **SMALL[name].hints)


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_that_unpacks_beyond_measure_is_refused(name: str) -> None:
    with refused(r"small: expected an archive of ordinary size, but [\d,]+ bytes unpack to 3\d,\d{3},\d{3}"):
        load(repacked(SMALL[name].good, "xl/worksheets/sheet1.xml", b" " * 30_000_000, before=False), **SMALL[name].hints)


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_with_broken_parts_is_refused(name: str) -> None:
    for part in ("xl/workbook.xml", "xl/worksheets/sheet1.xml"):
        with refused("a whole workbook, but it is damaged"):
            load(repacked(SMALL[name].good, part, b"<", before=False), **SMALL[name].hints)


def archive(content: bytes, member: str = "a.sta") -> bytearray:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(member, content)
    return bytearray(out.getvalue())


def test_a_zip_bomb_is_refused() -> None:
    with refused(r"small: expected an archive of ordinary size, but [\d,]+ bytes unpack to 30,000,000"):
        load(bytes(archive(b"\0" * 30_000_000)))


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    content = archive(b"\0" * 30_000_000)
    at = content.rindex(b"PK\x01\x02") + 24
    content[at : at + 4] = (1000).to_bytes(4, "little")
    with refused("small: expected a whole archive, but 'a.sta' in it is damaged"):
        load(bytes(content))


@pytest.mark.parametrize("at", [-1, 40, 60])
def test_a_damaged_archive_is_refused(at: int) -> None:
    content = archive(SMALL["mt940"].good * 20)
    content[at] ^= 0xFF
    content = content[:-30] if at < 0 else content
    with refused("damaged"):
        load(bytes(content))


def test_an_archive_packed_in_an_unknown_way_is_refused() -> None:
    content = archive(SMALL["mt940"].good)
    content[8] = content[content.rindex(b"PK\x01\x02") + 10] = 97
    with refused("small: expected a whole archive, but 'a.sta' in it is damaged"):
        load(bytes(content))


@pytest.mark.parametrize("member", ["a.zip", "a.dat"])
def test_an_archive_within_an_archive_is_refused_whatever_its_name(member: str) -> None:
    with refused(f"small: expected statements, but '{member}' is an archive within the archive"):
        load(bytes(archive(bytes(archive(SMALL["mt940"].good)), member)))


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "content, but the file is empty"),
        (b" \r\n\t\n", "small:1: expected content, but there are only blanks"),
        (b"\xef\xbb\xbf\n", "small:1: expected content, but there are only blanks"),
        (b"<!DOCTYPE html>\n<html><body>abgelaufen</body></html>", "small:1: expected a statement, but this is a web page"),
        (b"\n <HTML lang='de'><head/></HTML>", "small:1: expected a statement, but this is a web page"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<!DOCTYPE html PUBLIC 'x'><html/>", "a statement, but this is a web page"),
        (b"<head><title>503 Service Unavailable</title></head>", "a statement, but this is a web page"),
        (b"\xef\xbb\xbf<html>\n", "a statement, but this is a web page"),
        (b"%PDF-1.7\n%\xe2\xe3", "a format that is known, but nothing recognises a file that begins '%PDF-1.7'"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "save it as XLSX or CSV"),
        (b"<?xml version='1.0'?>" + BOMB + b"<x>&lol9;</x>", "small:1: expected XML without a DOCTYPE"),
        (b'{"value":[{"HID":1,"Amount":1,"CurrencyCode":"EUR","x":' + b"[" * 100_000, "JSON of ordinary depth"),
    ],
)  # fmt: skip
def test_what_is_no_statement_at_all_is_refused(content: bytes, told: str) -> None:
    with refused(told):
        load(content)


PIECES = (
    " ", "\n", "\r", "\t", "<!--a-->", "<?a?>", "<!--", "<", '"', ",", ";", "1", "{", "[", ":20:", ":61:", "01,", "^\n",
    "<OFX>", "<a>", "</a>", "&", "<Document ", ",;\t|", "<STMTTRN>",
)  # fmt: skip
STARTS = ("", "<", "<OFX>", "<?xml ?>", "01,", ":20:X\n:61:", ":20:X\n:25:", "!Type:Bank\nD", "{", "[")


@pytest.mark.parametrize("start", STARTS, ids=repr)
def test_the_same_thing_again_and_again_is_refused_in_good_time(start: str) -> None:
    for piece in PIECES:
        content = start + piece * (30_000 // len(piece)) + "\nx"
        began = time.process_time()
        with pytest.raises(LoadError, match="small"):
            load(content.encode())
        assert time.process_time() - began < FAST, piece
