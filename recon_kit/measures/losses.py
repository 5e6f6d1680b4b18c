"""What the provision matrix is made of: what is at risk by age, and the losses that a closed year of documents showed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

import numpy as np
import pandas as pd

from recon_kit.measures.aging import AGING_BUCKETS, aged
from recon_kit.measures.delays import FROM_THE_START
from recon_kit.measures.durations import durations
from recon_kit.measures.exact import summed, whole
from recon_kit.measures.provision import loss_experience
from recon_kit.measures.receivables import debts
from recon_kit.money import total

SEASONED_DAYS = 180
"""A document's fate is taken as known this long after its due day; what is open then counts as not lost, and is told."""

LEAST_DAYS, LEAST_DOCUMENTS, LEAST_REACHED = 365, 100, 10
"""A whole year of documents must be seasoned, so many of them at least, and so many must have reached a bucket."""

_STARTS: Mapping[str, int] = {
    "not_due": -(10**6), "past_1_30": 1, "past_31_60": 31, "past_61_90": 61, "past_91_120": 91, "past_121_180": 121,
    "past_over_180": 181,
}  # fmt: skip


@dataclass(frozen=True)
class LossHistory:
    """What became of the documents of one currency that fell due long enough ago.

    Args:
        first, last: due days of the first and the last of them; None without any.
        n: documents. amount: what they were worth. open_: what is open still.
        reached: bucket -> what was still open when it came there. lost: what of that was written off later. n_reached: the
            same in documents.
    """

    first: date | None
    last: date | None
    n: int
    amount: int
    open_: int
    reached: Mapping[str, int]
    lost: Mapping[str, int]
    n_reached: Mapping[str, int]

    @property
    def days(self) -> int:
        """From the first due day to the last, both in it."""
        return 0 if self.first is None or self.last is None else (self.last - self.first).days + 1

    @property
    def is_enough(self) -> bool:
        """Whether rates may be taken from it at all."""
        return self.days >= LEAST_DAYS and self.n >= LEAST_DOCUMENTS

    @property
    def rates(self) -> dict[str, Fraction | None]:
        """Bucket -> lifetime loss rate; None where the history is not enough to say."""
        if not self.is_enough:
            return dict.fromkeys(self.reached)
        enough = [bucket for bucket in self.reached if self.n_reached[bucket] >= LEAST_REACHED]
        told = {bucket: loss_experience({bucket: self.reached[bucket]}, self.lost[bucket])[bucket] for bucket in enough}
        return dict.fromkeys(self.reached) | told


def loss_history(settled: pd.DataFrame, as_of: date, currency: str) -> LossHistory:
    """The losses of the documents that were known from their first day and due at least `SEASONED_DAYS` before a day."""
    rows = settled[((settled["currency"] == currency) & settled["due_on"].notna()).to_numpy(bool)].reset_index(drop=True)
    known = durations(rows, as_of)
    seasoned = (rows["due_on"] <= pd.Timestamp(as_of - timedelta(days=SEASONED_DAYS))).to_numpy(bool)
    kept = seasoned & (known["entry"] == FROM_THE_START).to_numpy(bool)
    rows, known = rows[kept], known[kept]
    amounts = whole(rows["amount"])
    past = whole(known["exit"]) - whole(known["terms"].astype("int64"))
    there = {bucket: past >= start for bucket, start in _STARTS.items()}
    lost, still = ((known["event"] == name).to_numpy(bool) for name in ("written_off", "open"))
    return LossHistory(
        rows["due_on"].min().date() if len(rows) else None,
        rows["due_on"].max().date() if len(rows) else None,
        len(rows),
        total(rows["amount"]),
        int(amounts[still].sum()),
        {bucket: int(amounts[held].sum()) for bucket, held in there.items()},
        {bucket: int(amounts[held & lost].sum()) for bucket, held in there.items()},
        {bucket: int(held.sum()) for bucket, held in there.items()},
    )


def exposures(items: pd.DataFrame, movements: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """What is owed, by entity and bucket: segment (the entity), bucket, currency, n, gross, vat (Int64), in the buckets' order.

    vat: the part of the VAT of each document's posting that its open amount is of it; null where a posting is not there.

    Args:
        items: OPEN_ITEMS. movements: LEDGER_MOVEMENTS of receivables accounts.
    """
    owed = aged(debts(items), as_of)
    by = ["entity", "document_no", "currency"]
    sold = movements[(movements["kind"] == "invoice") & movements["tax"].notna() & (movements["amount"] > 0)]
    sums = summed(sold.drop_duplicates(by), by, ["amount", "tax"]).drop(columns="n")
    found = owed[[*by, "open_amount"]].merge(sums, on=by, how="left")
    there = found["amount"].notna().to_numpy(bool)
    tax = [
        int(Fraction(int(left) * int(vat), int(of)) + Fraction(1, 2)) if known else 0
        for left, vat, of, known in zip(
            found["open_amount"], found["tax"].fillna(0), found["amount"].fillna(1), there, strict=True
        )
    ]
    rows = owed.assign(
        segment=owed["entity"].fillna(""),
        gross=owed["open_amount"],
        tax=np.asarray(tax, np.int64),
        unknown=(~there).astype(np.int64),
    )
    made = summed(rows, ["segment", "currency", "bucket"], ["gross", "tax", "unknown"])
    made["vat"] = made["tax"].astype("Int64").mask((made["unknown"] > 0).to_numpy(bool))
    order = {name: at for at, name in enumerate(AGING_BUCKETS)}
    ranked = made.assign(_at=made["bucket"].map(order)).sort_values(["currency", "segment", "_at"], ignore_index=True)
    return ranked[["segment", "bucket", "currency", "n", "gross", "vat"]]
