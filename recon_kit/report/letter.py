"""The words of a mail that brings reports, and the names that its files have on other people's machines."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from recon_kit.report.words import Words, plain

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
_LONGEST = 60


@dataclass(frozen=True)
class Letter:
    """What a mail tells.

    Args:
        title: company and period, its first line.
        status: of the run, as its manifest has it.
        sentences: bottom line by report, in the order in which they are read.
        attached: names of the files. pages: where each page lies for these readers; empty if they have no way there.
        run_id, closed_on: what it was made from, and when (the company's day).
    """

    title: str
    status: str
    sentences: Mapping[str, str]
    attached: Sequence[str]
    pages: Sequence[str]
    run_id: str
    closed_on: date

    def text(self, words: Words) -> str:
        """The mail as plain text in one language: the bottom line of each report first, then what is attached and where."""
        parts = [f"{self.title}\n{words('letter.status', status=words(f'status.{self.status}')).unescape()}"]
        parts += [f"{report_name(words, name)}\n{plain(said, 2_000)}" for name, said in self.sentences.items()]
        for key, names in (("attached", self.attached), ("pages", self.pages)):
            if names:
                parts.append("\n".join([str(words(f"letter.{key}")), *(f"  {name}" for name in names)]))
        made = words("letter.run", run=self.run_id, day=words.day(self.closed_on)).unescape()
        return "\n\n".join([*parts, f"{made} {words('letter.machine')}"]).replace("\u00a0", " ") + "\n"


def report_name(words: Words, report: str) -> str:
    """A report's name as people say it; that of its notebook where there is no other."""
    return words.known("reports", report)


def file_name(report: str, company: str, period: str, run_id: str, suffix: str) -> str:
    """A file's name at the recipient's, plain letters only: which report of whom, when, and from which run.

    >>> file_name("aging", "Müller & Söhne GmbH", "2026-10", "1a2b3c4d5e6f7a8b", "xlsx")
    'aging_Mueller-Soehne-GmbH_2026-10_1a2b3c4d.xlsx'
    """
    ascii_only = unicodedata.normalize("NFKD", company.translate(_GERMAN)).encode("ascii", "ignore").decode()
    short = re.sub(r"[^A-Za-z0-9]+", "-", ascii_only)[:_LONGEST].strip("-") or "company"
    return f"{report}_{short}_{period}_{run_id[:8]}.{suffix}"
