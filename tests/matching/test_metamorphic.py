"""What may be changed about a company without changing who paid what.

Exactly the same, probabilities included: other ids in the same order, other names of currencies that have as many decimals,
other names of entities in the same order, every day four years later (the calendar repeats: months and leap days fall alike).
The same matches, while probabilities may move: a second company beside the first, with other customers and documents, as
chance grows with the data (what is automatic in both pays the same documents).
Not invariant, and not claimed: all amounts times ten. Round amounts and the logarithm of the amount are evidence, so that
there only what both runs decide by themselves has to be the same.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
from hypothesis import given

from recon_kit.policy import Policy
from recon_kit.policy.policy import Ceilings
from recon_kit.policy.toml import Amounts
from recon_kit.simulate.feeds import feed
from tests.matching.companies import Company, companies
from tests.matching.test_laws_of_match import few, matched

pytestmark = pytest.mark.xdist_group("compiled")
HIGH = Ceilings(per_match=Amounts(EUR=10**12, CHF=10**12, USD=10**12))
FACTS = ["allocated", "kind", "status", "basis", "probability"]


def plain(company: Company) -> Company:
    """Without rules and history, and with ceilings that nothing reaches."""
    return Company(company.lines, company.items, Policy(entities=company.policy.entities, ceilings=HIGH), None)


def decided(company: Company) -> list[tuple[Any, ...]]:
    """Every allocation by line and document, with all its facts; and every break."""
    found = matched(company)
    rows = found.allocations[["line_id", "item_id", *FACTS]].round({"probability": 9}).astype(object)
    told = rows.where(rows.notna(), None).itertuples(index=False, name=None)
    breaks = found.breaks.assign(line=found.breaks["id"].where(found.breaks["side"] == "bank_line"))
    breaks["item"] = breaks["id"].where(breaks["side"] == "open_item")
    left = breaks[["line", "item", "reason", "amount"]].astype(object)
    return sorted([*told, *left.where(left.notna(), None).itertuples(index=False, name=None)], key=repr)


def automatic(company: Company) -> dict[str, list[tuple[str, int]]]:
    """What each line that is matched without a person pays: (document, minor units)."""
    rows = matched(company).allocations
    rows = rows[(rows["status"] == "auto") & (rows["kind"] == "payment")]
    pays = {str(line): of[["item_id", "allocated"]] for line, of in rows.groupby("line_id")}
    return {line: sorted(of.itertuples(index=False, name=None)) for line, of in pays.items()}


def _renamed(frame: pd.DataFrame, columns: dict[str, str]) -> pd.DataFrame:
    """The same with a letter before each value of some columns."""
    return frame.assign(**{name: before + frame[name] for name, before in columns.items()})


@few
@given(companies())
def test_other_ids_change_nothing(company: Company) -> None:
    before = plain(company)
    after = Company(
        _renamed(before.lines, {"line_id": "z"}),
        _renamed(before.items, {"item_id": "q", "customer_id": "c"}),
        before.policy,
        None,
    )
    expected = [(row[0] and f"z{row[0]}", row[1] and f"q{row[1]}", *row[2:]) for row in decided(before)]
    assert decided(after) == sorted(expected, key=repr)


@few
@given(companies())
def test_four_years_later_is_the_same(company: Company) -> None:
    def later(frame: pd.DataFrame) -> pd.DataFrame:
        days = [name for name in frame if name.endswith("_on")]
        return frame.assign(**{name: frame[name] + pd.Timedelta(days=1461) for name in days})

    before = plain(company)
    assert decided(replace(before, lines=later(before.lines), items=later(before.items))) == decided(before)


@few
@given(companies())
def test_a_currency_by_another_name_is_the_same(company: Company) -> None:
    def dollars(frame: pd.DataFrame) -> pd.DataFrame:
        named = [name for name in ("currency", "instructed_currency") if name in frame]
        return frame.assign(**{name: frame[name].replace({"EUR": "USD"}) for name in named})

    before = plain(company)
    assert decided(replace(before, lines=dollars(before.lines), items=dollars(before.items))) == decided(before)


@few
@given(companies())
def test_ten_times_the_money_goes_the_same_way(company: Company) -> None:
    def tenfold(frame: pd.DataFrame) -> pd.DataFrame:
        money = [name for name in ("amount", "open_amount", "discount_amount", "charges", "instructed_amount") if name in frame]
        return frame.assign(**{name: frame[name] * 10 for name in money})

    before = plain(company)
    one = automatic(before)
    ten = automatic(replace(before, lines=tenfold(before.lines), items=tenfold(before.items)))
    for line in one.keys() & ten.keys():
        assert [(item, 10 * paid) for item, paid in one[line]] == ten[line]


@few
@given(companies())
def test_a_company_beside_it_changes_no_payment(company: Company) -> None:
    before = plain(company)
    lines = _renamed(
        before.lines, {"line_id": "z", "entity": "z", "account": "Z", "counterparty_account": "Z", "end_to_end_id": "Z"}
    )
    names = {"item_id": "z", "entity": "z", "customer_id": "z", "customer_account": "Z"}
    items = _renamed(before.items, names)
    lines = lines.assign(remittance=lines["remittance"].str.replace("RE-1", "QX-7"))
    items = items.assign(document_no=items["document_no"].str.replace("RE-1", "QX-7"))
    both = Company(
        pd.concat([before.lines, lines], ignore_index=True),
        pd.concat([before.items, items], ignore_index=True),
        before.policy,
        None,
    )
    alone, beside = automatic(before), automatic(both)
    for line in alone.keys() & beside.keys():
        assert alone[line] == beside[line]


def test_customers_by_other_names_and_accounts_pay_the_same() -> None:
    """Each name with other letters, each account with other digits, here and there alike."""
    letters = str.maketrans("jxwfJXWF", "xjfwXJFW")
    digits = str.maketrans("0123456789", "9876543210")
    made = feed("mixed_b2b", 2000, 9301, "test")
    lines, items = made.bank_lines, made.open_items

    def other(lines: pd.DataFrame, items: pd.DataFrame) -> Company:
        names, accounts = "counterparty_name", "counterparty_account"
        lines = lines.assign(**{names: lines[names].str.translate(letters), accounts: lines[accounts].str.translate(digits)})
        names, accounts = "customer_name", "customer_account"
        items = items.assign(**{names: items[names].str.translate(letters), accounts: items[accounts].str.translate(digits)})
        return Company(lines, items, Policy(ceilings=HIGH), None)

    one, two = automatic(Company(lines, items, Policy(ceilings=HIGH), None)), automatic(other(lines, items))
    assert len(one) > 500
    assert len([line for line in one if one[line] == two.get(line)]) >= 0.99 * len(one)


def test_ten_times_the_money_leaves_nearly_all_of_a_large_company_as_it_was() -> None:
    """The size of an amount is evidence (large ones are rarely equal by chance), so that a few come to lie beyond the cut."""
    made = feed("mixed_b2b", 2000, 9301, "test")
    money = ("amount", "open_amount", "discount_amount", "charges", "instructed_amount")
    frames = (made.bank_lines, made.open_items)
    tenfold = [frame.assign(**{name: frame[name] * 10 for name in money if name in frame}) for frame in frames]
    one, ten = (automatic(Company(lines, items, Policy(ceilings=HIGH), None)) for lines, items in (frames, tenfold))
    assert len(one) > 500
    same = [line for line in one if [(item, 10 * paid) for item, paid in one[line]] == ten.get(line)]
    assert len(same) >= 0.97 * len(one)
