"""What must not leave the house, looked for in every file that would: pages, workbooks, notebooks."""

from __future__ import annotations

import html
import re
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from recon_kit.measures.audience import E_MAIL, IBAN
from recon_kit.report.html import plotlyjs

_LEAST_NAME = 6
"""Shorter names occur in other words."""
_TAGS = re.compile(r"<[^>]*>")


def personal_data(path: Path, names: Iterable[str] = ()) -> list[str]:
    """Each full IBAN, e-mail address and given name that a file holds, wherever in it; empty if it holds none.

    A workbook is looked through part by part, hidden sheets, comments and properties among them; a page without the figure
    library that it carries. An IBAN counts if its check digits hold, so that other long numbers do not. A PDF is printed
    from a page: that one is looked through.

    Args:
        names: of payers and customers; those of fewer than six letters are not looked for.
    """
    wanted = sorted({name for name in names if len(name) >= _LEAST_NAME})
    found: dict[str, None] = {}
    for text in _texts(path):
        found |= dict.fromkeys(f"IBAN {number}" for number in _ibans(text))
        found |= dict.fromkeys(f"e-mail {address}" for address in E_MAIL.findall(text))
        found |= dict.fromkeys(f"name {name}" for name in wanted if name in text)
    return list(found)


def _texts(path: Path) -> Iterator[str]:
    content = path.read_bytes()
    if path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield html.unescape(_TAGS.sub(" ", archive.read(name).decode("utf-8", "replace")))
    else:
        text = content.decode("utf-8", "replace").replace(plotlyjs(), "")
        yield text
        yield html.unescape(text)


def _ibans(text: str) -> Iterator[str]:
    for found in IBAN.findall(text):
        number = found.replace(" ", "")
        if 15 <= len(number) <= 34 and _checks(number):
            yield number


def _checks(number: str) -> bool:
    digits = "".join(str(int(letter, 36)) for letter in number[4:] + number[:4])
    return int(digits) % 97 == 1
