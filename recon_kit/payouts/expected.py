"""What each provider owes us for a payout, from its settlement lines, and where its own payout row says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from recon_kit.money import whole_units
from recon_kit.sentences import sentence
from recon_kit.tables import BREAKS, OPEN_ITEMS, SETTLEMENT_LINES

_KEY = ["entity", "psp", "psp_account", "payout_id", "currency"]


@dataclass(frozen=True)
class ExpectedPayouts:
    """Expected payouts, and those that contradict themselves.

    Args:
        items: OPEN_ITEMS, one row a payout, kind `payout`; no list owns them (`snapshot_on` is null).
        breaks: BREAKS with reason `settlement_differs`; `amount` is the payout row less its lines.
    """

    items: pd.DataFrame
    breaks: pd.DataFrame


def expected_payouts(
    settlement_lines: pd.DataFrame, at: date | None = None, *, bank_days: int = 2, holidays: Sequence[date] = ()
) -> ExpectedPayouts:
    """One open item for each payout: what must arrive on (or, if negative, leave) the bank account.

    The amount is the sum of net over the payout's lines without the payout row itself. A payout row that has no lines
    (a manual payout, an export that does not say which rows it carries) is expected as it stands, by its own id where it
    has no payout_id. Lines of no payout yet are no item. It is issued on the payout row's day, else on the last day that
    a line of it was settled, and due `bank_days` working days later.

    Args:
        settlement_lines: SETTLEMENT_LINES, of any number of providers and reports.
        at: payouts issued after this day are left out, as not known yet.
        bank_days: working days (Monday to Friday, less `holidays`) until the bank books it.
    """
    lines = _named(SETTLEMENT_LINES.conform(settlement_lines))
    if lines.empty:
        return ExpectedPayouts(OPEN_ITEMS.empty(), BREAKS.empty())
    payouts = _payouts(lines)
    if at is not None:
        payouts = payouts[payouts["issued_on"] <= pd.Timestamp(at)].reset_index(drop=True)
    payouts["item_id"] = (
        "payout:" + payouts["psp"] + ":" + payouts["psp_account"] + ":" + payouts["payout_id"] + ":" + payouts["currency"]
    )
    return ExpectedPayouts(_items(payouts, bank_days, holidays), _breaks(payouts))


def _named(lines: pd.DataFrame) -> pd.DataFrame:
    """Lines that belong to a payout; a payout row without a payout_id is named by its own id."""
    is_payout = lines["kind"] == "payout"
    named = lines.assign(payout_id=lines["payout_id"].where(lines["payout_id"].notna() | ~is_payout, lines["txn_id"]))
    return named[named["payout_id"].notna()].reset_index(drop=True)


def _payouts(lines: pd.DataFrame) -> pd.DataFrame:
    """One row a payout: sums of its lines and of its payout rows, the day it was issued, where it stands."""
    is_payout = (lines["kind"] == "payout").to_numpy()
    on = lines["settled_on"].fillna(lines["created_at"].dt.tz_localize(None).dt.normalize())
    work = lines[[*_KEY, "source_file", "source_line"]].assign(
        n_lines=(~is_payout).astype("int64"),
        n_payouts=is_payout.astype("int64"),
        of_lines=np.where(is_payout, 0, lines["net"].to_numpy()),
        of_payout=np.where(is_payout, lines["net"].to_numpy(), 0),
        line_on=on.where(~is_payout),
        payout_on=on.where(is_payout),
    )
    grouped = work.groupby(_KEY, dropna=False, sort=True)
    found = grouped.agg(
        n_lines=("n_lines", "sum"), n_payouts=("n_payouts", "sum"), line_on=("line_on", "max"), payout_on=("payout_on", "max"),
        source_file=("source_file", "min"), source_line=("source_line", "min"),
    )  # fmt: skip
    for name in ("of_lines", "of_payout"):
        found[name] = whole_units(_sums(grouped[name]))
    found = found.reset_index()
    found["amount"] = found["of_lines"].where(found["n_lines"] > 0, found["of_payout"])
    return found.assign(issued_on=found["payout_on"].fillna(found["line_on"]))


def _sums(grouped: Any) -> Any:
    """Sums with a check that none left the range in which int64 adds exactly."""
    largest = grouped.agg(lambda amounts: float(np.abs(amounts.to_numpy(dtype=np.float64)).sum())).to_numpy()
    if (largest >= 2**62).any():
        raise OverflowError("the lines of a payout sum to more than 64 bits hold")
    return grouped.sum().to_numpy()


def _items(payouts: pd.DataFrame, bank_days: int, holidays: Sequence[date]) -> pd.DataFrame:
    issued = payouts["issued_on"].to_numpy().astype("datetime64[D]")
    due = np.busday_offset(issued, bank_days, roll="backward", holidays=[np.datetime64(on) for on in holidays])
    return OPEN_ITEMS.conform(
        pd.DataFrame(
            {
                "entity": payouts["entity"],
                "item_id": payouts["item_id"],
                "kind": "payout",
                "document_no": payouts["payout_id"],
                "customer_name": payouts["psp"],
                "issued_on": payouts["issued_on"],
                "due_on": due.astype("datetime64[us]"),
                "amount": payouts["amount"],
                "open_amount": payouts["amount"],
                "currency": payouts["currency"],
                "reference": payouts["payout_id"],
                "channel": payouts["psp"],
                "source_file": payouts["source_file"],
                "source_line": payouts["source_line"],
            }
        ).astype({"kind": OPEN_ITEMS.dtype("kind")})
    )


def _breaks(payouts: pd.DataFrame) -> pd.DataFrame:
    differing = payouts[(payouts["n_lines"] > 0) & (payouts["n_payouts"] > 0) & (payouts["of_payout"] != payouts["of_lines"])]
    told = [
        sentence("payout_lines", document=name, paid=(paid, code), lines=(lines, code))
        for name, code, paid, lines in zip(
            differing["payout_id"], differing["currency"], differing["of_payout"], differing["of_lines"], strict=True
        )
    ]
    if not told:
        return BREAKS.empty()
    return BREAKS.frame(
        {
            "entity": list(differing["entity"]),
            "side": ["expected"] * len(told),
            "id": list(differing["item_id"]),
            "reason": ["settlement_differs"] * len(told),
            "amount": list(differing["of_payout"] - differing["of_lines"]),
            "currency": list(differing["currency"]),
            "detail": [str(said) for said in told],
            "facts": [said.facts for said in told],
        }
    )
