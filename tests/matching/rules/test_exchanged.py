"""Lines that pay documents of another currency: the bank's word, the rate of the day, and what is only asked or left open."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pandas as pd
import pytest

from recon_kit.evaluation import evaluate
from recon_kit.matching import History, check_laws, match
from recon_kit.matching.coding import columns
from recon_kit.matching.records import Records
from recon_kit.matching.rules.rates import fits, printed, rate_text, same_order
from recon_kit.policy import Matching, Policy, Rule, Rules
from recon_kit.policy.policy import Ceilings, Exchange
from recon_kit.policy.toml import Amounts
from recon_kit.report.words import Words
from recon_kit.tables import BANK_LINES
from tests.matching.test_match import items, lines, told

TRUSTED = Policy(matching=Matching(rules_floor=0.01))
"""What would be automatic if every rule were shown to hold the floor."""
OWED = {"customer_id": "K1", "customer_name": "Alpin AG", "currency": "CHF"}
HEAD = "line_id  booked_on  amount  remittance  instructed_amount  instructed_currency  rate  charges\n"
ONE = "item_id  document_no  amount\n1  RE-1001  100.00"
TWO = ONE + "\n2  RE-1002  50.00"
SAYS_RATE = "x  10-01  2130.00  RE-9009  2000.00  CHF  1.0650  -\n"
"""A line that tells the rate of its day, and pays something else."""
OTHER = "\n9  RE-9009  2000.00"


def found(rows: str, documents: str, policy: Policy = TRUSTED, history: History | None = None, **same: str):
    bank, owed = lines(HEAD + rows, **same), items(documents, **OWED)
    result = match(bank, owed, policy, history=history, as_of=date(2026, 10, 31))
    everything = pd.concat([owed, history.open_items.assign(open_amount=0)], ignore_index=True) if history else owed
    assert check_laws(bank, everything, result.allocations, result.breaks) == []
    bank, owed = (frame[::-1].reset_index(drop=True) for frame in (bank, owed))
    turned = match(bank, owed, policy, history=history, as_of=date(2026, 10, 31))
    pd.testing.assert_frame_equal(turned.allocations, result.allocations)
    pd.testing.assert_frame_equal(turned.breaks, result.breaks)
    return result


def matched(rows: str, documents: str, policy: Policy = TRUSTED, history: History | None = None) -> list[str]:
    return sorted(row.replace("nan ", "- ") for row in told(found(rows, documents, policy, history)))


def by_bank(line: str, money: str, **paid: str) -> list[str]:
    rows = [f"{line} K1 exchange {money} auto exchanged_by_bank"]
    return sorted(rows + [f"- {item[1:]} payment {amount} auto exchanged_by_bank" for item, amount in paid.items()])


@pytest.mark.parametrize(
    ("row", "documents", "expected"),
    [
        ("a  10-01  106.50  RE-1001  100.00  CHF  -  -", ONE, by_bank("a", "106.5", i1="100")),
        ("a  10-01  106.50  RE-1001  100.00  CHF  1.0650  -", ONE, by_bank("a", "106.5", i1="100")),
        ("a  10-01  106.50  RE-1001  100.00  CHF  0.9390  -", ONE, by_bank("a", "106.5", i1="100")),
        ("a  10-01  106.50  RE-1001  -  -  1.0650  -", ONE, by_bank("a", "106.5", i1="100")),
        ("a  10-01  106.50  RE-1001  -  -  0.9390  -", ONE, by_bank("a", "106.5", i1="100")),
        ("a  10-01  159.75  RE-1001 RE-1002  150.00  CHF  1.0650  -", TWO, by_bank("a", "159.75", i1="100", i2="50")),
    ],
)  # fmt: skip
def test_the_banks_word_pays_the_quoted_documents(row: str, documents: str, expected: list[str]) -> None:
    assert matched(row, documents) == expected


def test_stated_charges_stand_apart_from_what_was_exchanged() -> None:
    expected = sorted([*by_bank("a", "106.5", i1="100"), "a - charge -5 auto exchanged_by_bank"])
    assert matched("a  10-01  101.50  RE-1001  100.00  CHF  1.0650  -5.00", ONE) == expected


def test_charges_that_were_not_taken_from_the_line_are_no_part_of_it() -> None:
    assert matched("a  10-01  106.50  RE-1001  100.00  CHF  1.0650  -5.00", ONE) == by_bank("a", "106.5", i1="100")


def test_a_credit_note_is_netted_and_paid_out_as_well() -> None:
    note = ONE + "\n2  GS-77001  -40.00"
    assert matched("a  10-01  63.90  RE-1001 GS-77001  60.00  CHF  1.0650  -", note) == by_bank("a", "63.9", i1="100", i2="-40")
    assert matched("a  10-01  -42.60  GS-77001  -40.00  CHF  -  -", note) == by_bank("a", "-42.6", i2="-40")


def test_an_agreed_discount_in_time_is_granted_in_the_documents_currency() -> None:
    document = "item_id  document_no  amount  discount_on  discount_amount\n1  RE-1001  100.00  2026-10-03  2.00"
    row = "a  10-01  104.37  RE-1001  98.00  CHF  1.0650  -"
    assert "- 1 discount 2 auto exchanged_by_bank" in matched(row, document)
    late = matched(row, document.replace("2026-10-03", "2026-09-01"))
    assert "- 1 payment 98 proposed exchanged_by_bank" in late
    assert "a: discount_late" in late
    assert not any("discount 2" in one for one in late)


def test_a_part_of_one_document_is_asked_and_the_rest_stays_open() -> None:
    result = found("a  10-01  63.90  RE-1001  60.00  CHF  1.0650  -", ONE)
    assert told(result)[-1] == "a: proposed"
    assert "100.00 CHF open, of which the bank exchanged 60.00 CHF into 63.90 EUR" in result.breaks["detail"].iloc[0]


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("RE-1001 Originalbetrag CHF 100,00 Kurs 1,0650", True),
        ("RE-1001 Originalbetrag CHF 100,00 Kurs 1,9650", False),
        ("RE-1001 Originalbetrag CHF 100,00", False),
    ],
)  # fmt: skip
def test_an_exchange_told_in_the_text_counts_if_it_adds_up_and_others_say_about_the_same(text: str, sure: bool) -> None:
    row = f"a  10-01  106.50  {text}  -  -  -  -"
    assert (set(by_bank("a", "106.5", i1="100")) <= set(matched(SAYS_RATE + row, ONE + OTHER))) == sure
    alone = matched(row, ONE)
    assert not any(" auto " in one for one in alone)


def test_charges_told_in_the_text_stand_apart() -> None:
    row = SAYS_RATE + "a  10-01  101.50  RE-1001 Originalbetrag CHF 100,00 Kurs 1,0650 Entgelt 5,00  -  -  -  -"
    assert "a - charge -5 auto exchanged_by_bank" in matched(row, ONE + OTHER)


def test_without_the_banks_word_the_rate_of_the_day_is_only_asked() -> None:
    result = found(SAYS_RATE + "a  10-01  106.20  RE-1001  -  -  -  -", ONE + OTHER)
    rows = result.allocations[result.allocations["basis"] == "rule:exchanged_by_day"]
    assert rows["status"].unique().tolist() == ["proposed"]
    assert rows.loc[rows["kind"] == "payment", "allocated"].tolist() == [9972]
    row = result.breaks[result.breaks["id"] == "a"].iloc[0]
    assert row["reason"] == "proposed"
    assert row["detail"] == (
        "RE-1001: 100.00 CHF open, 106.20 EUR came, 1.0620 EUR for 1 CHF. On 2026-10-01 the bank took 1.0650 "
        "(lines that say so: 1). 0.28 CHF would stay open."
    )
    assert Words("de").sentence(row["detail"], row["facts"]).replace("\N{NO-BREAK SPACE}", " ") == (
        "RE-1001: offen 100,00 CHF, eingegangen 106,20 EUR, also 1,0620 EUR für 1 CHF. Am 01.10.2026 rechnete die Bank mit "
        "1,0650 (Umsätze, die das sagen: 1). 0,28 CHF blieben offen."
    )


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("a  10-05  106.20  RE-1001  -  -  -  -", 10_000),  # the rate may have moved since: nothing is left open
        ("a  10-01  109.60  RE-1001  -  -  -  -", 10_000),
        ("a  10-01  109.80  RE-1001  -  -  -  -", None),
        ("a  10-09  106.50  RE-1001  -  -  -  -", None),
    ],
)  # fmt: skip
def test_the_day_and_the_tolerance_bound_what_is_asked(row: str, expected: int | None) -> None:
    rows = found(SAYS_RATE + row, ONE + OTHER).allocations
    mine = rows[rows["item_id"].eq("1")]["allocated"].tolist()
    assert mine == ([] if expected is None else [expected])


def test_a_narrower_tolerance_asks_less() -> None:
    policy = replace(TRUSTED, exchange=Exchange(tolerance_percent=0.1))
    assert "a: other_currency" in matched(SAYS_RATE + "a  10-01  106.20  RE-1001  -  -  -  -", ONE + OTHER, policy)


def test_a_known_payers_one_document_of_the_instructed_amount() -> None:
    documents = "item_id  document_no  amount  customer_account\n1  RE-1001  100.00  CH99\n2  RE-1002  50.00  CH99"
    rows = told(found("a  10-01  106.50  danke  100.00  CHF  -  -", documents, counterparty_account="CH99"))
    assert rows == ["a K1 exchange 106.5 auto exchanged_by_payer", "nan 1 payment 100 auto exchanged_by_payer"]
    twice = documents.replace("50.00", "100.00")
    assert told(found("a  10-01  106.50  danke  100.00  CHF  -  -", twice, counterparty_account="CH99")) == ["a: no_item"]


@pytest.mark.parametrize(
    ("row", "documents", "said"),
    [
        ("a  10-01  106.50  RE-1001  100.00  CHF  1.2650  -", ONE, "the bank prints 1.2650"),
        ("a  10-01  9106.50  RE-1001  100.00  CHF  -  -", ONE, "91.0650 EUR for 1 CHF"),
        ("a  10-01  106.50  RE-1001 RE-1002  100.00  CHF  -  -", TWO, "the text names another document"),
        ("a  10-01  16.50  RE-1001  100.00  CHF  -  -90.00", ONE, "bank's charges would be more than"),
    ],
)  # fmt: skip
def test_what_speaks_against_the_banks_word_is_asked(row: str, documents: str, said: str) -> None:
    result = found(row, documents)
    assert set(result.allocations["status"]) == {"proposed"}
    assert said in result.breaks["detail"].iloc[0]


@pytest.mark.parametrize(
    ("row", "documents"),
    [
        ("a  10-01  106.50  RE-1001  70.00  USD  -  -", ONE),
        ("a  10-01  213.00  RE-1001  200.00  CHF  -  -", ONE),
        ("a  10-01  106.50  RE-1001  -  -  -  -", ONE),
        ("a  10-01  106.50  RE-1001 RE-1002  120.00  CHF  -  -", TWO),
    ],
)  # fmt: skip
def test_what_the_banks_word_does_not_pay_stays_open(row: str, documents: str) -> None:
    assert matched(row, documents) == ["a: other_currency"]


def test_documents_of_two_debtors_or_of_a_sister_company_are_not_paid_together() -> None:
    bank = lines(HEAD + "a  10-01  159.75  RE-1001 RE-1002  150.00  CHF  -  -", entity="nord")
    two = items(TWO, **OWED, entity="nord").assign(customer_id=["K1", "K2"], customer_name=["Alpin AG", "Berg AG"])
    assert told(match(bank, two, TRUSTED)) == ["a: other_currency"]
    theirs = items(TWO, **OWED, entity="sued")
    assert [row for row in told(match(bank, theirs, TRUSTED)) if "exchange" in row] == []


def test_a_document_is_paid_once_and_the_second_payment_is_a_duplicate() -> None:
    rows = "a  10-01  106.50  RE-1001  100.00  CHF  -  -\nb  10-03  106.80  RE-1001  100.00  CHF  -  -"
    assert matched(rows, ONE) == sorted([*by_bank("a", "106.5", i1="100"), "b: possible_duplicate"])


def test_a_document_paid_before_is_not_paid_again_and_a_return_reopens_it() -> None:
    first = "a  10-01  106.50  RE-1001  100.00  CHF  -  -\n"
    paid = found(first, ONE)
    history = History(lines(HEAD + first), items(ONE, **OWED), paid.allocations)
    closed = items("item_id  document_no  amount  open_amount\n1  RE-1001  100.00  0.00", **OWED)
    again = lines(HEAD + "b  10-05  106.50  RE-1001  100.00  CHF  -  -")
    assert told(match(again, closed, TRUSTED, history=history)) == ["b: possible_duplicate"]
    back = lines(HEAD + "r  10-05  -106.50  RE-1001  -  -  -  -", kind="return")
    result = match(back, closed, TRUSTED, history=history)
    assert [row.split(" auto")[0] for row in told(result)] == ["nan 1 payment -100", "r K1 exchange -106.5"]


def test_a_payment_that_comes_back_leaves_its_document_to_the_next_one() -> None:
    rows = "a  10-01  106.50  RE-1001  100.00  CHF  -  -\nc  10-08  106.60  RE-1001  100.00  CHF  -  -\n"
    bank = pd.concat([lines(HEAD + rows), lines(HEAD + "r  10-03  -106.50  RE-1001  -  -  -  -", kind="return")])
    bank = BANK_LINES.conform(bank.reset_index(drop=True))
    result = match(bank, items(ONE, **OWED), TRUSTED)
    assert result.breaks.empty
    paid = result.allocations.loc[result.allocations["item_id"].eq("1"), "allocated"]
    assert sorted(paid) == [-10_000, 10_000, 10_000]
    assert check_laws(bank, items(ONE, **OWED), result.allocations, result.breaks) == []


def test_what_the_line_surely_pays_in_its_own_currency_comes_first() -> None:
    documents = "item_id  document_no  amount  currency\n1  RE-1001  106.50  EUR\n2  RE-1002  100.00  CHF"
    bank, owed = lines(HEAD + "a  10-01  106.50  RE-1001 RE-1002  100.00  CHF  -  -"), items(documents, customer_id="K1")
    assert not any("exchange" in row for row in told(match(bank, owed, TRUSTED)))


def test_a_ceiling_and_a_rule_of_the_company_ask_for_a_person() -> None:
    row = "a  10-01  106.50  RE-1001  100.00  CHF  -  -"
    low = replace(TRUSTED, ceilings=Ceilings(per_match=Amounts(EUR=10_000)))
    assert "a: over_ceiling" in matched(row, ONE, low)
    asks = replace(TRUSTED, rules=Rules((Rule("ask", text=("RE*",), then="propose"),)))
    assert "a: proposed" in matched(row, ONE, asks)


def test_truth_of_documents_in_their_currency_finds_an_exchange_right() -> None:
    so = [("a", "1", 10_000, "payment"), ("a", None, -500, "charge")]
    truth = pd.DataFrame(so, columns=["line_id", "item_id", "allocated", "kind"])
    judged = evaluate(found("a  10-01  101.50  RE-1001  100.00  CHF  1.0650  -5.00", ONE), truth)
    row = judged.lines.iloc[0]
    assert (row["status"], row["right"], row["exact"], row["amount"], row["currency"]) == ("auto", True, True, 10_150, "EUR")


def test_a_rate_is_read_both_ways_and_fits_as_far_as_its_digits_go() -> None:
    line = match_line("a  10-01  10650.00  -  10000.00  CHF  1.0650  -")
    assert printed(line, "CHF") == [Fraction(1065, 1000), Fraction(1000, 1065)]
    assert fits(line, 1_065_000, 1_000_000, Fraction(1065, 1000), 1)
    assert fits(line, 1_065_049, 1_000_000, Fraction(1065, 1000), 1)
    assert not fits(line, 1_065_053, 1_000_000, Fraction(1065, 1000), 1)
    assert printed(match_line("a  10-01  106.50  -  100.00  CHF  1.1  -"), "CHF") == []
    assert printed(match_line("a  10-01  106.50  -  100.00  CHF  about 1  -"), "CHF") == []
    assert rate_text(Fraction(65, 10_000), ("EUR", "JPY")) == "0.0001"


def match_line(row: str):
    return Records(columns(lines(HEAD + row), items(ONE, **OWED))).line(0)


def test_amounts_of_one_order_may_be_one_where_no_rate_is_known() -> None:
    assert same_order(10_000, "GBP", 11_500, "EUR")
    assert not same_order(10_000, "GBP", 9_999_900, "EUR")
    assert same_order(1, "XOF", 10**9, "EUR")
