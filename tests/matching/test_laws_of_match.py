"""What holds of every match of every company: nothing lost, nothing twice, nothing mixed, and no order of rows decides.

RECON_EXAMPLES=2000 asks for that many companies instead of the few of an ordinary run.
"""

from __future__ import annotations

import os
from functools import partial

import numba
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon_kit.matching import check_laws, match
from recon_kit.matching.evidence import customer_numbers, quotes
from recon_kit.matching.history import LIVE
from recon_kit.matching.result import MatchResult
from recon_kit.matching.scoring import settling
from tests.matching.companies import Company, companies

pytestmark = pytest.mark.xdist_group("compiled")
EXAMPLES = int(os.environ.get("RECON_EXAMPLES", "20"))
TABLES = ("allocations", "alternatives", "breaks", "evidence")
few = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


def matched(company: Company) -> MatchResult:
    """The result of a company."""
    return match(company.lines, company.items, company.policy, history=company.history)


def same(one: MatchResult, other: MatchResult) -> None:
    """Both results, row by row."""
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


@few
@given(companies())
def test_laws(company: Company) -> None:
    found = matched(company)
    past = company.history.open_items.assign(open_amount=company.history.open_items["amount"]) if company.history else None
    every = company.items if past is None else pd.concat([company.items, past], ignore_index=True)
    lines = company.lines if company.history is None else _not_posted(company)
    assert check_laws(lines, _as_it_was(every, company), found.allocations, found.breaks) == []
    _each_line_once(lines, found)
    _ids_known(lines, every, found)
    _evidence_sums_to_the_score(found)


def test_the_companies_that_are_drawn_have_something_to_decide() -> None:
    """Else the laws would hold of nothing: groups, discounts, short payments and doubles that the model posts by itself."""
    kinds: set[str] = set()

    @settings(max_examples=30, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(companies())
    def decided(company: Company) -> None:
        found = matched(company)
        posted = found.allocations[
            (found.allocations["status"] == "auto") & found.allocations["basis"].str.startswith("model:")
        ]
        kinds.update(posted["kind"].unique())
        kinds.update(found.breaks["reason"].unique())
        kinds.update("group" for _, rows in posted[posted["kind"] == "payment"].groupby("match_id") if len(rows) > 1)

    decided()
    assert {"group", "payment", "discount", "short_payment", "possible_duplicate"} <= kinds


def _evidence_sums_to_the_score(found: MatchResult) -> None:
    score = found.evidence[found.evidence["feature"] == "score"].set_index("match_id")["value"].astype(float)
    summed = found.evidence.groupby("match_id")["log_odds"].sum()
    assert (summed[score.index] - score).abs().max() < 1e-6 or score.empty
    by_model = found.allocations.loc[found.allocations["basis"].str.startswith("model:"), "match_id"]
    assert set(score.index) == set(by_model)


def _not_posted(company: Company) -> pd.DataFrame:
    assert company.history is not None
    return company.lines[~company.lines["line_id"].isin(company.history.allocations["line_id"])]


def _as_it_was(items: pd.DataFrame, company: Company) -> pd.DataFrame:
    """Documents of history with what was open once they were posted."""
    if company.history is None:
        return items
    closed = items["item_id"].isin(company.history.open_items["item_id"])
    return items.assign(open_amount=items["open_amount"].where(~closed, 0))


def _each_line_once(lines: pd.DataFrame, found: MatchResult) -> None:
    rows = found.allocations[found.allocations["line_id"].notna()]
    sure = set(rows.loc[rows["status"].isin(LIVE), "line_id"])
    shown = set(rows.loc[rows["status"] == "proposed", "line_id"])
    left = found.breaks.loc[found.breaks["side"] == "bank_line", "id"]
    assert left.is_unique
    assert not sure & set(left)
    assert shown <= set(left)
    assert sure | set(left) == set(lines.loc[lines["amount"] != 0, "line_id"])


def _ids_known(lines: pd.DataFrame, items: pd.DataFrame, found: MatchResult) -> None:
    line, item = lines.set_index("line_id"), items.set_index("item_id")
    exchanged = found.allocations[found.allocations["line_id"].isna()]
    assert exchanged["match_id"].isin(found.allocations.loc[found.allocations["kind"].eq("exchange"), "match_id"]).all()
    assert (exchanged["currency"].to_numpy() == item.loc[exchanged["item_id"], "currency"].to_numpy()).all()
    for rows in (found.allocations[found.allocations["line_id"].notna()], found.alternatives):
        assert rows["line_id"].isin(line.index).all()
        of_line = line.loc[rows["line_id"]]
        assert (rows["currency"].to_numpy() == of_line["currency"].to_numpy()).all()
        assert (rows["entity"].to_numpy() == of_line["entity"].to_numpy()).all()
        named = rows[rows["item_id"].notna()]
        assert named["item_id"].isin(item.index).all()
        of_item = item.loc[named["item_id"]]
        assert (named["currency"].to_numpy() == of_item["currency"].to_numpy()).all()
        assert (named["entity"].to_numpy() == of_item["entity"].to_numpy()).all()
    assert found.evidence["match_id"].isin([*found.allocations["match_id"], *found.alternatives["match_id"]]).all()


@few
@given(companies(), st.integers(0, 1000))
def test_no_order_of_rows_decides(company: Company, seed: int) -> None:
    def mixed(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.sample(frac=1, random_state=seed)

    past = company.history and type(company.history)(*(mixed(getattr(company.history, name)) for name in _PAST))
    same(matched(Company(mixed(company.lines), mixed(company.items), company.policy, past)), matched(company))


_PAST = ("bank_lines", "open_items", "allocations")


@few
@given(companies())
def test_no_number_of_threads_decides(company: Company) -> None:
    many, threads = matched(company), numba.get_num_threads()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotes, "_THREADS", 1)
        patch.setattr(customer_numbers, "_THREADS", 1)
        patch.setattr(settling, "search", partial(settling.search, threads=1))
        numba.set_num_threads(1)
        try:
            same(matched(company), many)
        finally:
            numba.set_num_threads(threads)
