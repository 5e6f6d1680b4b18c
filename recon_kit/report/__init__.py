"""Reports: a frozen cut becomes sections of a notebook, one offline page, and a workbook whose sums are the page's."""

from recon_kit.report.aging_page import AgingPage, aging
from recon_kit.report.aging_paper import aging_workbook
from recon_kit.report.collection_page import CollectionPage, collection_effectiveness
from recon_kit.report.collection_workbook import collection_workbook
from recon_kit.report.cut import Cut, read_cut, write_cut
from recon_kit.report.html import to_html
from recon_kit.report.match_page import MatchPage, matches
from recon_kit.report.page import ReconciliationPage, bottom_line, open_cut, reconciliation
from recon_kit.report.quality import calibration_figure, frontier_figure, measures_table
from recon_kit.report.workbook import workbook

__all__ = [
    "AgingPage",
    "CollectionPage",
    "Cut",
    "MatchPage",
    "ReconciliationPage",
    "aging",
    "aging_workbook",
    "bottom_line",
    "calibration_figure",
    "collection_effectiveness",
    "collection_workbook",
    "frontier_figure",
    "matches",
    "measures_table",
    "open_cut",
    "read_cut",
    "reconciliation",
    "to_html",
    "workbook",
    "write_cut",
]
