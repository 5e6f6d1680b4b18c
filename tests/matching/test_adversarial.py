"""Input that nobody would send on purpose: it ends in seconds, and what is decided is right or honestly open."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from recon_kit.errors import TableError
from recon_kit.matching import check_laws, match
from recon_kit.matching.result import MatchResult
from recon_kit.policy import Policy
from recon_kit.policy.policy import Ceilings
from recon_kit.policy.toml import Amounts
from recon_kit.tables import BANK_LINES, OPEN_ITEMS

pytestmark = pytest.mark.xdist_group("compiled")
SECONDS = 20
"""Generous on a machine that is shared; alone, each case takes two at most."""
DEBTOR = {"customer_id": "K1", "customer_name": "Nordwind GmbH", "customer_account": "DE99"}
PAYER = {"counterparty_name": "Nordwind GmbH", "counterparty_account": "DE99"}
HUGE = 2**62 - 1
NO_CEILING = Policy(ceilings=Ceilings(per_match=Amounts(EUR=2**63 - 1)))
"""So that it is evidence which leaves a line open, and not the amount."""
Both = tuple[pd.DataFrame, pd.DataFrame]


def lines(amounts: list[int], **columns: Any) -> pd.DataFrame:
    """Lines of 1 October; a value that is no list holds for every row."""
    n = len(amounts)
    base = {"line_id": [f"l{at}" for at in range(n)], "booked_on": date(2026, 10, 1), "amount": amounts, "currency": "EUR"}
    return BANK_LINES.frame(_filled(base | columns, n))


def items(amounts: list[int], **columns: Any) -> pd.DataFrame:
    """Invoices RE-10000, RE-10001 ... of 1 September."""
    n = len(amounts)
    base = {"item_id": [f"i{at}" for at in range(n)], "document_no": [f"RE-{10000 + at}" for at in range(n)], "kind": "invoice"}
    base |= {"issued_on": date(2026, 9, 1), "amount": amounts, "open_amount": amounts, "currency": "EUR"}
    return OPEN_ITEMS.frame(_filled(base | columns, n))


def _filled(columns: dict[str, Any], n: int) -> dict[str, Any]:
    return {name: value if isinstance(value, list) else [value] * n for name, value in columns.items()}


def lawful(rows: pd.DataFrame, both: pd.DataFrame, policy: Policy | None = None) -> MatchResult:
    """The result, once it is known to keep the laws and to have lost no line, within the time."""
    started = time.monotonic()
    result = match(rows, both, policy)
    assert time.monotonic() - started < SECONDS
    assert check_laws(rows, both, result.allocations, result.breaks) == []
    sure = set(result.allocations.loc[result.allocations["status"] == "auto", "line_id"])
    assert sure | set(result.breaks["id"]) == set(rows.loc[rows["amount"] != 0, "line_id"])
    return result


def automatic(result: MatchResult) -> dict[str, list[str]]:
    """Documents that each automatic match pays."""
    rows = result.allocations[result.allocations["status"] == "auto"]
    return {str(line): sorted(of["item_id"].dropna()) for line, of in rows.groupby("line_id")}


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    match(lines([1000], remittance="RE-10000", **PAYER), items([1000, 2000], **DEBTOR))


EQUAL = items([1000] * 500, **DEBTOR)
OPEN: dict[str, Callable[[], Both]] = {
    "half of 500 equal ones": lambda: (lines([250_000], **PAYER), EQUAL),
    "nearly half of 500 equal ones": lambda: (lines([250_001], **PAYER), EQUAL),
    "any number of 500 equal ones": lambda: (lines([1000 * (1 + at % 250) for at in range(300)], **PAYER), EQUAL),
    "500 that differ by little": lambda: (lines([62_500 * 17 + at for at in range(20)], **PAYER),
                                          items([17 * at for at in range(1, 501)], **DEBTOR)),
    "500 of both signs": lambda: (lines([1000 * at for at in range(2, 30)], **PAYER), items([1000, -1000] * 250, **DEBTOR)),
    "one of 10,000 equal ones": lambda: (lines([1000] * 2000, **PAYER), items([1000] * 10_000, **DEBTOR)),
    "one number for 2,000 documents": lambda: (lines([1000] * 2000, remittance="RE-1", **PAYER),
                                               items([1000] * 2000, document_no="RE-1", **DEBTOR)),
    "no document": lambda: (lines([1, 2, -3]), OPEN_ITEMS.empty()),
    "no line": lambda: (BANK_LINES.empty(), items([1])),
    "nothing known of anything": lambda: (lines([1000, 2000, -1000, 0] * 50), items([1000, -1000, 2000, 0] * 50)),
    "one of each, nothing known": lambda: (lines([1000]), items([1000])),
    "5,000 payments that name nobody": lambda: (lines([1000] * 5000, remittance="Miete"), items([1000] * 5000)),
    "returns without end of one reference": lambda: (
        lines([1000, -1000] * 500, kind=["credit_transfer", "return"] * 500, end_to_end_id="E2E-SAME-1", **PAYER),
        items([1000] * 100, **DEBTOR)),
    "a text of 100,000 digits": lambda: (lines([1000], remittance="1" * 100_000), items([1000] * 50, **DEBTOR)),
    "2,000 documents that do not sum": lambda: (
        lines([7777], remittance=" ".join(f"RE-{10_000 + at}" for at in range(2000)), **PAYER),
        items([1000 + at for at in range(2500)], **DEBTOR)),
    "the least number there is": lambda: (lines([-(2**63)], **PAYER), items([-(2**63)], **DEBTOR)),
    "the largest number there is": lambda: (lines([2**63 - 1], remittance="RE-10000", **PAYER), items([2**63 - 1], **DEBTOR)),
    "sums that come round": lambda: (
        lines([1000], remittance=" ".join(f"RE-{10_000 + at}" for at in range(5)), **PAYER),
        items([HUGE] * 4 + [1004], **DEBTOR)),
    "sums that come round, unquoted": lambda: (lines([1000, 2000], **PAYER), items([HUGE] * 4 + [1004], **DEBTOR)),
}  # fmt: skip


@pytest.mark.parametrize("name", OPEN)
def test_nothing_is_automatic_where_nothing_tells_documents_apart(name: str) -> None:
    assert automatic(lawful(*OPEN[name](), NO_CEILING)) == {}


def test_a_huge_amount_is_paid_by_its_own_line() -> None:
    found = lawful(lines([HUGE], remittance="RE-10000", **PAYER), items([HUGE], **DEBTOR), NO_CEILING)
    assert found.allocations["allocated"].tolist() == [HUGE]


def test_huge_ones_with_several_quoted_are_told_apart_by_their_amounts() -> None:
    texts = [f"RE-{10_000 + at} RE-{10_001 + at}" for at in range(20)]
    huge = [HUGE - at for at in range(30)]
    found = lawful(lines(huge[:20], remittance=texts, **PAYER), items(huge, **DEBTOR), NO_CEILING)
    assert automatic(found) == {f"l{at}": [f"i{at}"] for at in range(20)}


def test_halves_of_a_huge_one_are_paid_until_it_is_paid() -> None:
    rows = lines([2**61 + at for at in range(8)], remittance="RE-10000", **PAYER)
    found = lawful(rows, items([HUGE], **DEBTOR), NO_CEILING)
    sure = found.allocations[found.allocations["status"] == "auto"]
    assert sure.loc[sure["kind"] == "payment", "allocated"].sum() == HUGE
    assert sure["line_id"].nunique() == 2


def test_10000_documents_of_one_customer_quoted() -> None:
    amounts = [1000 + 7919 * at % 499_979 for at in range(10_000)]
    both = items(amounts, issued_on=[date(2026, 9, 1) + timedelta(at % 28) for at in range(10_000)], **DEBTOR)
    quoted = [f"RE-{10_000 + at}" for at in range(5000)]
    found = automatic(lawful(lines(amounts[:5000], remittance=quoted, **PAYER), both))
    assert len(found) == 5000
    assert all(documents == [f"i{line[1:]}"] for line, documents in found.items())


def test_5000_lines_of_one_text_pay_nothing_twice() -> None:
    amounts = [1000 + at for at in range(5000)]
    found = lawful(lines(amounts, remittance="Rechnung RE-10007 vom 01.09.2026 danke", **PAYER), items(amounts, **DEBTOR))
    paid = [document for documents in automatic(found).values() for document in documents]
    assert len(paid) == len(set(paid))


def test_texts_of_100000_characters() -> None:
    texts = [f"lorem 12345 ipsum RE-{10_000 + at} " * 4000 for at in range(10)]
    found = lawful(lines([1000 + at for at in range(10)], remittance=texts), items([1000 + at for at in range(50)], **DEBTOR))
    assert automatic(found) == {f"l{at}": [f"i{at}"] for at in range(10)}


def test_documents_with_numbers_and_names_of_100000_characters() -> None:
    numbers = ["A" * 100_000, "RE" * 50_000, "9" * 100_000]
    lawful(lines([1000] * 3, remittance=numbers, counterparty_name="Nord " * 20_000), items([1000] * 3, document_no=numbers))


ODD = (
    "\u202eRE-10000\u202c \x00 \U0001f4a9 \uff41\uff11\uff12 \u0661\u0662 \u00df \u0130 \ufb01 \ufeff\u200b e\u0301 \U0010ffff"
)


def test_every_sign_there_is() -> None:
    names = [ODD, "\u0301" * 50, "\x1f", "", "\u674e\u5c0f\u9f8d", "\u0645\u062d\u0645\u062f"]
    texts = [ODD, "\U0001f4a9" * 1000, "\x1f\x1e\x00", "\uff11\uff10\uff10\uff10\uff10", "", "   "]
    amounts = [1000 + at for at in range(6)]
    rows = lines(amounts, remittance=texts, counterparty_name=names, reference=ODD, end_to_end_id=ODD)
    documents = [
        "RE-10000",
        "RE\uff0d\uff11\uff10\uff10\uff10\uff11",
        "",
        "\x1f",
        "\u0661\u0660\u0660\u0660\u0660",
        "\U0001f4a9",
    ]
    known = {"customer_name": names, "customer_account": names, "customer_id": [*names[:5], "\x00"], "reference": ODD}
    lawful(rows, items(amounts, document_no=documents, **known))


def test_ids_are_kept_apart_whatever_they_are_made_of() -> None:
    odd = ["a\x1fb", "a", "\U0001f4a9", "", "\u00e9", "e\u0301"]
    found = lawful(
        lines([1000 + at for at in range(6)], line_id=odd, remittance=[f"RE-{10_000 + at}" for at in range(6)]),
        items([1000 + at for at in range(6)], item_id=odd[::-1]),
    )
    assert automatic(found) == {line: [item] for line, item in zip(odd, odd[::-1], strict=True)}


def test_days_at_the_ends_of_the_calendar() -> None:
    first, last = date(1, 1, 1), date(9999, 12, 31)
    rows = lines([1000] * 3, booked_on=[first, last, date(2026, 10, 1)], value_on=[last, first, None])
    lawful(
        rows,
        items([1000] * 3, issued_on=[last, first, first], due_on=[first, last, None], discount_on=last, discount_amount=20),
    )


def test_a_currency_that_does_not_exist_is_refused_with_all_others() -> None:
    with pytest.raises(TableError, match=r"(?s)'EURO', expected an ISO 4217 code, in 2 rows.*'XYZ'"):
        match(lines([1, 2, 3], currency=["EURO", "XYZ", "EURO"]), OPEN_ITEMS.empty())
