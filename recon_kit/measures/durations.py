"""How long each document was open, as far as it is known: what delay curves are made of."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import numpy as np
import pandas as pd

from recon_kit.measures.delays import FROM_THE_START
from recon_kit.measures.exact import days_between, dot, whole

_DOCUMENT = ["entity", "document_no", "currency"]
ENDS = ("paid", "credited", "written_off")
"""What ends the wait for money; the other ends are only the last that is known of a document."""


def durations(settled: pd.DataFrame, as_of: date, ends: pd.DataFrame | None = None) -> pd.DataFrame:
    """One row per invoice that was written by a day: entity, document_no, item_id, customer_id, currency, amount, entry, exit,
    event, terms.

    Days count from the document date. event: one of `ENDS`; another end given in `ends`, if it was earlier; else "open",
    known until `as_of`, or until it was last seen open. Ends after `as_of` are not known then: so a forecast can be tried on
    days that it does not know. entry: the day from whose end on the document's end would show, `FROM_THE_START` where that
    was before its date. terms: days from date to due, Int64.

    Args:
        settled: SETTLED. ends: entity, document_no, currency, on, event: disputes and the like, that end the wait for money.
    """
    day = pd.Timestamp(as_of)
    found = settled[(settled["issued_on"] <= day).to_numpy(bool)].reset_index(drop=True)
    seen = found["ended_on"].notna() & (found["ended_on"] <= day)
    until = found["ended_on"].where(seen, day)
    event = found["how"].where(seen & found["how"].isin(ENDS), "open")
    if ends is not None:
        earlier = ends.loc[ends["on"] <= day].sort_values("on", kind="stable").drop_duplicates(_DOCUMENT)
        other = found[_DOCUMENT].merge(earlier, on=_DOCUMENT, how="left")
        is_earlier = (other["on"] < until) | (other["on"].notna() & (event == "open") & (other["on"] <= until))
        until, event = until.mask(is_earlier, other["on"]), event.mask(is_earlier, other["event"])
    return found[[*_DOCUMENT, "item_id", "customer_id", "amount"]].assign(
        entry=np.where(
            (found["issued_on"] <= found["seen_from"]).to_numpy(bool), _age(found, found["seen_from"]), FROM_THE_START
        ),
        exit=np.maximum(_age(found, until), 0),
        event=event.astype("str"),
        terms=pd.Series(found["due_on"] - found["issued_on"]).dt.days.astype("Int64"),
    )


def mean_delay(found: pd.DataFrame) -> Fraction | None:
    """The mean of days from due to paid, over the paid ones only: biased short. None of nothing."""
    paid = found[(found["event"] == "paid") & found["terms"].notna()]
    late = whole(paid["exit"]) - whole(paid["terms"].astype("int64"))
    return Fraction(dot(late, np.ones(len(late), np.int64)), len(late)) if len(late) else None


def _age(found: pd.DataFrame, day: pd.Series) -> np.ndarray:
    return days_between(day, found["issued_on"])
