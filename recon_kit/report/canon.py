"""The reports that every run has: which notebook shows each, what its bottom line is, which figures it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from recon_kit.measures import Cut, Reconciliation, metrics
from recon_kit.measures.collection_metrics import collection_metrics
from recon_kit.measures.owed import aging_metrics
from recon_kit.report.aging_page import aging_line
from recon_kit.report.aging_paper import aging_workbook
from recon_kit.report.collection_page import collection_line
from recon_kit.report.collection_workbook import collection_workbook
from recon_kit.report.page import bottom_line
from recon_kit.report.workbook import workbook


@dataclass(frozen=True)
class Report:
    """One report of a run.

    Args:
        name: of its notebook and of its files.
        sentence: the bottom line as plain text, of a cut and a language ("" for the company's own).
        workbook: writes the working paper of a cut to a path, in a language.
        metrics: every headline figure as text; names are the report's own.
    """

    name: str
    sentence: Callable[[Cut, str], str]
    workbook: Callable[[Cut, Path, str], Path]
    metrics: Callable[[Cut], Mapping[str, str]]


_MADE = (
    Report("reconciliation", bottom_line, workbook, lambda cut: metrics(Reconciliation(cut))),
    Report("aging", aging_line, aging_workbook, aging_metrics),
    Report("collection_effectiveness", collection_line, collection_workbook, collection_metrics),
)

REPORTS: Mapping[str, Report] = MappingProxyType({report.name: report for report in _MADE})
"""Name -> report, in the order in which they are read."""
