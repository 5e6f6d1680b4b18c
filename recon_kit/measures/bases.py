"""The two bases of every figure of receivables, and the bridge between them: the ledger's list, and that less our matches."""

from __future__ import annotations

import pandas as pd

from recon_kit.measures.cut import EXPLAINED, Cut
from recon_kit.measures.exact import looked_up, summed, whole
from recon_kit.measures.figure import Measure, quotient
from recon_kit.measures.naming import BASES, Side
from recon_kit.measures.receivables import debts, population, receivables
from recon_kit.money import total

_ITEM = ["entity", "item_id"]


def items_of(cut: Cut, basis: Side) -> pd.DataFrame:
    """The receivables (see `population`) that were open at the end of the period on a basis."""
    return population(receivables(cut.ledger_items if basis == "ledger" else cut.open_items))


def items_before(cut: Cut, basis: Side) -> pd.DataFrame:
    """The same of the evening before the period, as it is known now."""
    return population(receivables(cut.ledger_items_before if basis == "ledger" else cut.items_before))


def basis_bridge(cut: Cut) -> pd.DataFrame:
    """From what the ledger's list shows as owed to what is left of it after our matches.

    One row per currency and step, in order: "ledger", each kind of allocation that is not in the ledger yet ("payment",
    "discount" ...; <= 0), "other" where they do not tell it all, "applied"; n documents, amount. Debts without credits;
    steps sum from the first row to the last.
    """
    ledger, applied = (debts(items_of(cut, basis)) for basis in BASES)
    both = pd.concat([ledger, applied])[[*_ITEM, "currency"]].drop_duplicates(_ITEM, ignore_index=True)
    gone = whole(looked_up(both, ledger, _ITEM, "open_amount").fillna(0)) - whole(
        looked_up(both, applied, _ITEM, "open_amount").fillna(0)
    )
    pending = cut.allocations[cut.allocations["status"].isin(EXPLAINED) & (cut.allocations["status"] != "in_ledger")]
    waiting = summed(pending[pending["item_id"].notna()], [*_ITEM, "kind"], ["allocated"])
    waiting = waiting.merge(both, on=_ITEM)
    steps = [
        _step(ledger.assign(amount=ledger["open_amount"]), "ledger"),
        *(_step(rows.assign(amount=-rows["allocated"]), str(kind)) for kind, rows in waiting.groupby("kind", sort=True)),
        _step(both.assign(amount=-gone), "gone"),
        _step(applied.assign(amount=applied["open_amount"]), "applied"),
    ]
    return _with_rest(pd.concat(steps, ignore_index=True))


def _step(rows: pd.DataFrame, step: str) -> pd.DataFrame:
    return summed(rows, ["currency"], ["amount"]).assign(step=step)


def _with_rest(steps: pd.DataFrame) -> pd.DataFrame:
    """What our matches do not tell of the fall, in place of the fall itself."""
    told = summed(steps[~steps["step"].isin(["ledger", "gone", "applied"])], ["currency"], ["amount"])
    gone = steps[steps["step"] == "gone"].reset_index(drop=True)
    rest = whole(gone["amount"]) - whole(looked_up(gone, told, ["currency"], "amount").fillna(0))
    rest_rows = gone.assign(amount=rest, step="other", n=0)[rest != 0]
    made = pd.concat([steps[steps["step"] != "gone"], rest_rows], ignore_index=True)
    order = {"ledger": 0, "other": 8, "applied": 9}
    ranked = made.assign(_at=made["step"].map(order).fillna(1))
    rows: pd.DataFrame = ranked.sort_values(["currency", "_at", "step"], kind="stable", ignore_index=True)
    return rows[["currency", "step", "n", "amount"]]


def receipts_of_matches(cut: Cut) -> pd.DataFrame:
    """What came in on receivables in the period by the bank's day: entity, currency, receipts (negative, as a ledger credits).

    Payments of documents that are receivables, and money on account; from standing matches with a bank line. Money that
    nobody has matched is not in it.
    """
    rows = cut.allocations[cut.allocations["status"].isin(EXPLAINED) & cut.allocations["line_id"].notna()]
    rows = rows[rows["effective_on"].between(cut.first, cut.last)]
    kinds = receivables(cut.open_items.assign(open_amount=1))
    ours = pd.MultiIndex.from_frame(rows[_ITEM]).isin(pd.MultiIndex.from_frame(kinds.loc[kinds["receivable"], _ITEM]))
    taken = ((rows["kind"] == "payment") & ours) | (rows["kind"] == "on_account")
    found = summed(rows[taken.to_numpy(bool)], ["entity", "currency"], ["allocated"])
    return found.assign(receipts=-found["allocated"])[["entity", "currency", "receipts"]]


def with_receipts(told: pd.DataFrame, cut: Cut, *, together: bool) -> pd.DataFrame:
    """Flows whose receipts of the period are those of our matches: numerator and denominator of one basis.

    Args:
        told: as `flows` gives. together: the flows are of all entities.
    """
    by = ["currency"] if together else ["entity", "currency"]
    sums = summed(receipts_of_matches(cut), by, ["receipts"]).drop(columns="n").rename(columns={"receipts": "ours"})
    found = told.merge(sums, on=by, how="left")
    here = ((found["first"] == cut.first) & (found["last"] == cut.last)).to_numpy(bool)
    found["receipts"] = found["receipts"].mask(here, found["ours"].astype("Int64").fillna(0))
    return found.drop(columns="ours")


def sales_known(items: pd.DataFrame, movements: pd.DataFrame, currency: str) -> Measure:
    """How much of what is owed in a currency has its invoice among the postings. Definition: `sales_known`.

    Percent; undefined as `no_receivables`. The rest is older than the postings, or they are not there.

    Args:
        items: OPEN_ITEMS. movements: LEDGER_MOVEMENTS.
    """
    owed = debts(items)
    owed = owed[(owed["currency"] == currency).to_numpy(bool)]
    by = ["entity", "document_no", "currency"]
    posted = pd.MultiIndex.from_frame(movements.loc[(movements["kind"] == "invoice").to_numpy(bool), by])
    known = total(owed.loc[pd.MultiIndex.from_frame(owed[by]).isin(posted), "open_amount"])
    return quotient("sales_known", known, total(owed["open_amount"]), currency, why="no_receivables")
