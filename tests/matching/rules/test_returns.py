"""Returns: what they may cost, which original they take back, and which lines only sound like one."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from recon_kit.matching import History, check_laws, match, measured
from recon_kit.matching.rules.return_charges import most_charged
from recon_kit.policy import Matching, Policy, Rule, Rules
from recon_kit.tables import ALLOCATIONS, OPEN_ITEMS
from tests.frames import frame
from tests.matching.test_match import items, lines, told

DEBTOR = {"customer_id": "K1", "customer_name": "Meier AG", "customer_account": "DE99", "entity": "nord"}
PAYER = {"counterparty_account": "DE99", "counterparty_name": "Meier AG", "entity": "nord"}
INVOICE = "item_id  document_no  amount\n1  RE-1001  100.00"
CREDIT = "item_id  document_no  amount  kind\n9  GS-2026-0012  -50.00  credit_note"
HEAD = "line_id  booked_on  amount  remittance  end_to_end_id  kind  charges  instructed_amount  instructed_currency\n"
PAID = "a  10-01  {}  RE-1001  E2E-778899  -  -  -  -\n"
BACK = "r  10-05  {}  {}  E2E-778899  return  {}\n"


def matched(rows: str, documents: str, policy: Policy | None = None, history: History | None = None) -> list[str]:
    """What `match` tells, lawful, and the same with all rows turned round."""
    bank, owed = lines(rows, **PAYER), items(documents, **DEBTOR)
    found = match(bank, owed, policy, history=history)
    everything = pd.concat([owed, history.open_items.assign(open_amount=0)], ignore_index=True) if history else owed
    assert check_laws(bank, everything, found.allocations, found.breaks) == []
    turned = match(bank.iloc[::-1].reset_index(drop=True), owed.iloc[::-1].reset_index(drop=True), policy, history=history)
    pd.testing.assert_frame_equal(turned.allocations, found.allocations)
    pd.testing.assert_frame_equal(turned.breaks, found.breaks)
    return told(found)


def paid_before(amount: str, number: str, *, on: str = "09-20", e2e: str = "E2E-445566", text: str = "-") -> History:
    """One document and the line that paid it."""
    old = lines(f"line_id  booked_on  amount  end_to_end_id  remittance\nold  {on}  {amount}  {e2e}  {text}", **PAYER)
    rows = f"line_id  item_id  customer_id  allocated  kind\nold  7  K1  {amount}  payment"
    facts = {"probability": 1.0, "status": "confirmed", "basis": "rule:x", "currency": "EUR", "entity": "nord"}
    posted = frame(ALLOCATIONS, rows, match_id="m", effective_on=date(2026, 9, 20), **facts)
    return History(old, items(f"item_id  document_no  amount\n7  {number}  {amount}", **DEBTOR), posted)


@pytest.mark.parametrize(
    ("paid", "back", "told_by_bank", "status"),
    [
        ("100.00", "-100.00", "-  -  -", "auto"),
        ("100.00", "-115.00", "-15.00  -  -", "auto"),
        ("100.00", "-115.01", "-15.01  -  -", "proposed"),
        ("100.00", "-500.00", "-  -100.00  EUR", "proposed"),
        ("90.00", "-100.00", "-  -90.00  EUR", "auto"),
        ("90.00", "-100.00", "-  -90.00  -", "auto"),
        ("90.00", "-100.00", "-  -90.00  USD", "proposed"),
        ("60.00", "-100.00", "-  -60.00  USD", None),
        ("100.00", "-103.00", "-  -  -", "proposed"),
        ("100.00", "-116.00", "-  -  -", None),
        ("100.00", "-97.00", "-  -  -", None),
    ],
)
def test_a_charge_is_automatic_if_the_bank_tells_it_and_it_is_small(
    paid: str, back: str, told_by_bank: str, status: str | None
) -> None:
    rows = HEAD + PAID.format(paid) + BACK.format(back, "Entgelt", told_by_bank)
    first, *found = matched(rows, f"item_id  document_no  amount\n1  RE-1001  {paid}")
    rest = float(back) + float(paid)
    expected = [f"r - charge {rest:g} {status} return_of_known_line"] if rest else []
    expected.append(f"r 1 payment -{float(paid):g} {status} return_of_known_line")
    expected += ["r: proposed"] if status == "proposed" else []
    assert first == f"a 1 payment {float(paid):g} auto reference_exact"
    assert found == (expected if status else ["r: return_unmatched"])


@pytest.mark.parametrize(
    ("paid", "most"), [(1_000, 1_500), (10_000, 1_500), (10_007, 1_501), (50_000, 7_500), (66_667, 10_000), (9_000_000, 10_000)]
)
def test_the_limit_of_a_charge(paid: int, most: int) -> None:
    assert most_charged(paid, "EUR") == most_charged(-paid, "EUR") == most


def test_our_own_payment_comes_back_less_the_charge() -> None:
    rows = "line_id  booked_on  amount  remittance  end_to_end_id  kind  instructed_amount  instructed_currency\n"
    paid = "a  10-01  -50.00  GS-2026-0012  E2E-778899  -  -  -\n"
    assert matched(rows + paid + "r  10-05  47.00  -  E2E-778899  return  50.00  EUR", CREDIT) == [
        "a 9 payment -50 auto reference_exact",
        "r - charge -3 auto return_of_known_line",
        "r 9 payment 50 auto return_of_known_line",
    ]


def test_the_rest_of_a_proposed_return_is_named() -> None:
    rows = HEAD + PAID.format("100.00") + BACK.format("-103.00", "Entgelt 3,00", "-  -  -")
    found = match(lines(rows, **PAYER), items(INVOICE, **DEBTOR))
    expected = "The original payment was 100.00 EUR; the rest of 3.00 EUR is proposed as a charge."
    assert found.breaks["detail"].tolist() == [expected]


def test_a_small_rest_on_a_document_that_history_paid() -> None:
    rows = "line_id  booked_on  amount  remittance  kind\nr  10-05  -103.00  RE-0907 Entgelt 3,00  return"
    history = paid_before("100.00", "RE-0907")
    assert matched(rows, INVOICE, history=history) == [
        "r - charge -3 proposed return_of_known_line",
        "r 7 payment -100 proposed return_of_known_line",
        "r: proposed",
    ]


def test_a_return_in_full_goes_before_one_with_a_rest() -> None:
    rows = HEAD + PAID.format("100.00") + BACK.format("-103.00", "-", "-  -  -")
    rows += "s  10-06  -100.00  -  E2E-778899  return  -  -  -"
    assert matched(rows, INVOICE) == [
        "a 1 payment 100 auto reference_exact",
        "s 1 payment -100 auto return_of_known_line",
        "r: return_unmatched",
    ]


def test_two_originals_that_both_leave_a_rest_are_not_guessed_between() -> None:
    rows = HEAD + PAID.format("100.00") + "b  10-02  101.00  RE-1002  E2E-778899  -  -  -  -\n"
    rows += BACK.format("-103.00", "-", "-  -  -")
    found = matched(rows, INVOICE + "\n2  RE-1002  101.00")
    assert found[-1] == "r: return_unmatched"


def test_one_payment_of_a_batch_is_taken_back_once() -> None:
    rows = (
        "line_id  booked_on  amount  remittance  kind\na  10-01  30.00  RE-1001\\nRE-1002  direct_debit\n"
        "r  10-05  -20.00  RE-1002  return\ns  10-06  -20.00  RE-1002  return"
    )
    found = matched(rows, "item_id  document_no  amount\n1  RE-1001  10.00\n2  RE-1002  20.00")
    assert found[2:] == ["r 2 payment -20 auto return_of_known_line", "s: return_unmatched"]


@pytest.mark.parametrize(
    "text",
    ["Erstattung Retoure {}", "Storno {}", "Rueckgabe {}", "RETURN OF GOODS {}", "Ruecklastschrift {}", "Auszahlung {}"],
)
def test_a_refund_that_quotes_its_credit_note_is_no_return(text: str) -> None:
    rows = "line_id  booked_on  amount  remittance\nr  10-05  -50.00  " + text.format("GS-2026-0012")
    assert matched(rows, CREDIT) == ["r 9 payment -50 auto reference_exact"]


def test_a_refund_that_quotes_nothing_is_matched_like_any_other_line() -> None:
    rows = "line_id  booked_on  amount  remittance\nr  10-05  -50.00  {}"
    plain = matched(rows.format("Erstattung"), CREDIT)
    assert matched(rows.format("Erstattung Retoure"), CREDIT) == plain == ["r 9 payment -50 auto payer_amount"]


def test_a_banks_phrase_without_an_original_stays_a_return() -> None:
    rows = "line_id  booked_on  amount  remittance\nr  10-05  -50.00  Ruecklastschrift Lastschrift unbezahlt"
    assert matched(rows, CREDIT) == ["r: return_unmatched"]


def test_a_refund_that_quotes_a_credit_note_paid_before_is_paid_twice() -> None:
    rows = "line_id  booked_on  amount  remittance\nr  10-05  -50.00  Retoure GS-0907"
    assert matched(rows, INVOICE, history=paid_before("-50.00", "GS-0907")) == ["r: possible_duplicate"]


def test_what_sounds_like_a_return_and_fits_nothing_is_asked_about_as_one() -> None:
    rows = "line_id  booked_on  amount  remittance\nr  10-05  -12.34  Storno"
    assert matched(rows, INVOICE) == ["r: return_unmatched"]


def test_the_reference_of_the_original_makes_a_return_of_what_quotes_a_credit_note() -> None:
    rows = "line_id  booked_on  amount  remittance  end_to_end_id\na  10-01  50.00  RE-1001  E2E-778899\n"
    rows += "r  10-05  -50.00  Storno GS-2026-0012  E2E-778899"
    found = matched(rows, CREDIT + "\n1  RE-1001  50.00  invoice")
    assert found == ["a 1 payment 50 auto reference_exact", "r 1 payment -50 auto return_of_known_line"]


@pytest.mark.parametrize("text", ["Retoure", "Retoure RE-1001"])
def test_a_payment_of_this_run_comes_back_by_word_alone(text: str) -> None:
    rows = "line_id  booked_on  amount  remittance  end_to_end_id\na  10-01  100.00  RE-1001  E2E-778899\n"
    rows += f"r  10-05  -100.00  {text}  {'E2E-778899' if text == 'Retoure' else '-'}"
    assert matched(rows, INVOICE) == ["a 1 payment 100 auto reference_exact", "r 1 payment -100 auto return_of_known_line"]


def test_a_silent_payment_of_this_run_comes_back_by_the_document_that_the_word_stands_with() -> None:
    rows = "line_id  booked_on  amount  remittance\na  10-01  100.00  -\nr  10-05  -100.00  Storno RE-1001"
    assert matched(rows, INVOICE) == ["a 1 payment 100 auto payer_amount", "r 1 payment -100 auto return_of_known_line"]


@pytest.mark.parametrize("text", ["Storno RE-0907  -", "Storno  E2E-445566"])
def test_a_payment_of_history_comes_back_by_word_alone(text: str) -> None:
    rows = f"line_id  booked_on  amount  remittance  end_to_end_id\nr  10-05  -100.00  {text}"
    found = matched(rows, INVOICE, history=paid_before("100.00", "RE-0907"))
    assert found == ["r 7 payment -100 auto return_of_known_line"]


def test_a_refund_that_came_back_is_the_original_of_its_return() -> None:
    history = paid_before("-50.00", "GS-0907", text="Erstattung Retoure GS-0907")
    rows = "line_id  booked_on  amount  remittance  end_to_end_id  kind\nr  10-05  50.00  -  E2E-445566  return"
    assert matched(rows, INVOICE, history=history) == ["r 7 payment 50 auto return_of_known_line"]


def test_a_rule_of_the_company_decides_a_refund_that_turns_nothing_back() -> None:
    policy = Policy(rules=Rules((Rule("goods", "ledger_account", gl_account="4400", text=("Retoure",), direction="out"),)))
    rows = "line_id  booked_on  amount  remittance  end_to_end_id\na  10-01  100.00  RE-1001  E2E-778899\n"
    rows += "r  10-05  -100.00  Retoure  E2E-778899\ns  10-06  -12.34  Retoure  -"
    assert matched(rows, INVOICE, policy) == [
        "a 1 payment 100 auto reference_exact",
        "r 1 payment -100 auto return_of_known_line",
        "s 4400 ledger_account -12.34 auto goods",
    ]


@pytest.mark.parametrize("reference", ["E77", "ABCDEF"])
def test_a_short_reference_names_a_payment_of_the_same_account(reference: str) -> None:
    back = f"r  10-03  -100.00  -  return  {reference}\n"
    rows = (
        "line_id  booked_on  amount  remittance  kind  end_to_end_id\n" + f"a  10-01  100.00  RE-1001  -  {reference}\n" + back
    )
    bank = lines(rows, counterparty_account="DE99", counterparty_name="Meier AG")
    assert told(match(bank, items(INVOICE, **DEBTOR)))[1:] == ["r 1 payment -100 auto return_of_known_line"]
    bank.loc[bank["line_id"].eq("a"), "counterparty_account"] = "DE55"
    assert "return_of_known_line" not in str(told(match(bank, items(INVOICE, **DEBTOR))))


def test_nothing_is_a_return_where_there_is_nothing() -> None:
    assert match(lines("line_id  booked_on  amount"), OPEN_ITEMS.empty()).allocations.empty


MEASURED = Policy(matching=Matching(rules_floor=0.3))
PLAIN = "line_id  booked_on  amount  remittance  kind\n"
BACK_WITHOUT = "r  10-05  -100.00  Retoure MD06  return"


def test_a_return_that_names_nothing_takes_back_the_payers_one_payment_of_its_amount() -> None:
    found = matched(PLAIN + "a  10-01  100.00  RE-1001  -\n" + BACK_WITHOUT, INVOICE, MEASURED)
    assert found == ["a 1 payment 100 auto reference_exact", "r 1 payment -100 auto return_of_same_payer"]


def test_of_two_payments_alike_the_latest_is_proposed() -> None:
    rows = PLAIN + "a  10-01  100.00  RE-1001  -\nb  10-02  100.00  RE-1002  -\n" + BACK_WITHOUT
    found = matched(rows, INVOICE + "\n2  RE-1002  100.00", MEASURED)
    assert found[2:] == ["r 2 payment -100 proposed return_of_same_payer", "r: proposed"]


def test_one_payment_is_not_turned_back_by_two_returns() -> None:
    rows = PLAIN + "a  10-01  100.00  RE-1001  -\n" + BACK_WITHOUT + "\ns  10-06  -100.00  Retoure MD06  return"
    assert matched(rows, INVOICE, MEASURED)[1:] == [
        "r 1 payment -100 proposed return_of_same_payer",
        "r: proposed",
        "s: return_unmatched",
    ]


def test_a_payment_of_the_same_name_from_another_account_is_shown_at_most() -> None:
    bank = lines(PLAIN + "a  10-01  100.00  RE-1001  -\n" + BACK_WITHOUT, **PAYER)
    bank.loc[bank["line_id"].eq("a"), "counterparty_account"] = "DE55"
    found = match(bank, items(INVOICE, **DEBTOR), MEASURED)
    assert told(found)[1:] == ["r 1 payment -100 proposed return_of_same_payer", "r: proposed"]
    assert found.breaks["detail"].tolist() == ["Only payer and amount say that the payment of 2026-10-01 is the original."]


def test_a_return_of_a_proposed_payment_is_proposed_with_it() -> None:
    rows = PLAIN + "a  10-01  100.00  -  -\n" + BACK_WITHOUT
    bank, owed = lines(rows, **PAYER), items(INVOICE + "\n2  RE-1002  100.00", **DEBTOR)
    found = match(bank, owed, MEASURED)
    assert check_laws(bank, owed, found.allocations, found.breaks) == []
    paid, back = found.allocations.sort_values("allocated", ascending=False).to_dict("records")
    assert (paid["item_id"], paid["status"], back["status"]) == (back["item_id"], "proposed", "proposed")
    assert back["probability"] == pytest.approx(paid["probability"] * measured()["return_of_same_payer"].probability)
    why = found.breaks.set_index("id").loc["r", "detail"]
    assert why == "The original payment of 2026-10-01 is itself only proposed."
