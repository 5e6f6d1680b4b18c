"""Postings: what each kind moves, and the laws that hold for all of them."""

from dataclasses import replace
from datetime import date

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recon_kit.book import postings
from recon_kit.errors import BookingError
from recon_kit.tables import BATCH_LINES
from tests.book.world import POLICY, TEXT, booking, item, line, matched, part, worlds


def post(parts, lines=(), items=(), countries=None, text=TEXT, **more):
    return postings(matched(parts, lines, items, countries), POLICY, booking(text), 1, **more)


def moves(rows, *extra):
    """Each posting as debit account, credit account, amount."""
    found = []
    for row in rows.to_dict("records"):
        pair = (row["account"], row["contra_account"])
        debit, credit = pair if row["side"] == "debit" else pair[::-1]
        found.append((row["kind"], debit, credit, row["amount"], *(row[name] for name in extra)))
    return sorted(found)


def test_a_payment_with_discount_is_bank_and_discount_to_debtor():
    parts = [
        part("m", "payment", 116620, line_id="l", item_id="i"),
        part("m", "discount", 2380, line_id="l", item_id="i"),
    ]
    rows = post(parts, [line("l", 116620)], [item("i", 119000, tax_split='{"19": 119000}')])
    assert moves(rows) == [("discount", "4736", "10001", 2380), ("payment", "1800", "10001", 116620)]
    discount = rows[rows["kind"] == "discount"].iloc[0]
    assert (discount["tax_code"], discount["tax_rate"], discount["tax_amount"]) == ("3", "19", 380)
    assert (discount["tax_basis"], discount["cost_centre"], discount["document_no"]) == ("document", "900", "RE-i")


def test_a_discount_over_two_rates_has_a_row_for_each():
    parts = [part("m", "discount", 1001, line_id="l", item_id="i"), part("m", "payment", 1, line_id="l", item_id="i")]
    rows = post(parts, [line("l", 1)], [item("i", 113000, tax_split='{"19": 59500, "7": 53500}')])
    assert moves(rows[rows["kind"] == "discount"], "tax_amount") == [
        ("discount", "4731", "10001", 474, 31),
        ("discount", "4736", "10001", 527, 84),
    ]


def test_a_discount_on_an_export_corrects_no_tax():
    rows = post(
        [part("m", "discount", 100, line_id="l", item_id="i")],
        [line("l", 0)],
        [item("i", 1000, tax_split='{"0": 1000}')],
        {"D10001": "CH"},
    )
    assert moves(rows, "tax_amount") == [("discount", "4730", "10001", 100, 0)]


def test_the_default_rate_is_told_on_the_row():
    rows = post([part("m", "discount", 2380, line_id="l", item_id="i")], [line("l", 0)], [item("i", 119000)], {"D10001": "DE"})
    assert rows["tax_basis"].tolist() == ["default"]
    assert "Satz angenommen" in rows["text"].iloc[0]


def test_every_kind_of_money_without_a_document():
    parts = [
        part("m", "on_account", 500, line_id="l", customer_id="Kunde Süd"),
        part("m", "charge", -300, line_id="l"),
        part("m", "ledger_account", -7000, line_id="l", gl_account="6310"),
        part("m", "own_transfer", 9000, line_id="l"),
    ]
    assert moves(post(parts, [line("l", 2200)])) == [
        ("charge", "6855", "1800", 300),
        ("ledger_account", "6310", "1800", 7000),
        ("on_account", "1800", "20001", 500),
        ("own_transfer", "1800", "1481", 9000),
    ]


def test_what_an_item_loses_otherwise_goes_to_the_account_of_its_kind():
    parts = [
        part("m", "payment", 88800, line_id="l", item_id="i"),
        part("m", "fee", 1200, line_id="l", item_id="i"),
        part("m", "fx_difference", 2000, line_id="l", item_id="i"),
        part("w", "write_off", 119, item_id="j", line_id="k", basis="decision:small"),
    ]
    items = [item("i", 92000), item("j", 119, tax_split='{"19": 119}')]
    rows = post(parts, [line("l", 88800), line("k", 0)], items)
    assert moves(rows.assign(cost_centre=rows["cost_centre"].fillna("")), "cost_centre") == [
        ("fee", "6855", "10001", 1200, "FIN"),
        ("fx_difference", "6880", "10001", 2000, "900"),
        ("payment", "1800", "10001", 88800, ""),
        ("write_off", "6939", "10001", 119, "900"),
    ]


def test_a_return_takes_back_on_the_other_side():
    parts = [
        part("m", "payment", -119000, line_id="l", item_id="i"),
        part("m", "discount", -2380, line_id="l", item_id="i"),
        part("m", "charge", -500, line_id="l"),
    ]
    rows = post(parts, [line("l", -119500)], [item("i", 121380, tax_split='{"19": 1}')])
    assert moves(rows) == [
        ("charge", "6855", "1800", 500),
        ("discount", "10001", "4736", 2380),
        ("payment", "10001", "1800", 119000),
    ]


def test_documents_against_each_other_go_through_the_clearing_account():
    parts = [part("m", "payment", 500, item_id="i"), part("m", "payment", -500, item_id="c")]
    rows = post(parts, items=[item("i", 900), item("c", -500, kind="credit_note")])
    assert moves(rows) == [("clearing", "10001", "1483", 500), ("clearing", "1483", "10001", 500)]


def test_a_group_that_does_not_settle_is_refused():
    parts = [part("m", "payment", 500, item_id="i"), part("m", "payment", -400, item_id="c")]
    with pytest.raises(BookingError, match="match m is missing, expected documents of one currency that settle"):
        post(parts, items=[item("i", 900), item("c", -500)])


def test_a_payout_stands_on_the_clearing_account_of_the_provider():
    parts = [part("m", "payment", 500, line_id="l", item_id="p")]
    rows = post(parts, [line("l", 500)], [item("p", 500, kind="payout", customer_id=None)])
    assert moves(rows) == [("payment", "1800", "1460", 500)]


def test_a_bank_whose_statement_the_ledger_books_is_posted_through_its_interim_account():
    text = TEXT.replace("[entities.NORD.vat]", '[entities.NORD.banks.DE01]\ninterim = "1490"\n[entities.NORD.vat]')
    rows = post([part("m", "charge", -300, line_id="l")], [line("l", -300)], text=text)
    assert moves(rows) == [("charge", "6855", "1490", 300)]


def test_foreign_money_has_its_worth_at_the_days_rate_shared_over_the_line():
    parts = [part("m", "payment", 33, line_id="l", item_id=f"i{n}", currency="CHF") for n in range(3)]
    rows = post(parts, [line("l", 99, "CHF")], [item(f"i{n}", 33, "CHF") for n in range(3)])
    assert rows["base_amount"].tolist() == [36, 35, 35]  # 0.99 / 0.936 = 1.06 in all
    assert rows["rate"].unique().tolist() == ["0.936"] and rows["base_currency"].unique().tolist() == ["EUR"]


def test_a_rate_of_the_day_goes_before_that_of_the_month():
    parts = [part("m", "charge", -940, line_id="l", currency="CHF", effective_on=date(2026, 10, 6))]
    assert post(parts, [line("l", -940, "CHF")])["base_amount"].tolist() == [1000]


def test_exchanged_money_and_the_documents_it_paid_are_worth_the_same():
    parts = [
        part("m", "exchange", 10001, line_id="l"),
        part("m", "payment", 4000, item_id="i", currency="CHF"),
        part("m", "payment", 5000, item_id="j", currency="CHF"),
    ]
    rows = post(parts, [line("l", 10001)], [item("i", 4000, "CHF"), item("j", 5000, "CHF")])
    assert moves(rows) == [
        ("exchange", "1800", "1482", 10001),
        ("payment", "1482", "10001", 4000),
        ("payment", "1482", "10001", 5000),
    ]
    assert rows["base_amount"].sum() == 10001 and set(rows["rate"].dropna()) == {"0.89991"}


def test_half_an_exchange_is_refused():
    with pytest.raises(BookingError, match="both the money that was exchanged and the documents"):
        post([part("m", "exchange", 100, line_id="l")], [line("l", 100)])


def test_an_early_voucher_is_dated_on_the_first_open_day():
    rows = post([part("m", "charge", -1, line_id="l")], [line("l", -1)], open_from=date(2026, 11, 1))
    assert rows["posted_on"].tolist() == [pd.Timestamp("2026-11-01")]
    assert rows["effective_on"].tolist() == [pd.Timestamp("2026-10-05")]


def test_only_sure_matches_are_posted():
    parts = [
        part(f"m{n}", "charge", -1, line_id=f"l{n}", status=s) for n, s in enumerate(["proposed", "in_ledger", "reversed"])
    ]
    assert post(parts, [line(f"l{n}", -1) for n in range(3)]).empty


def test_all_that_is_not_told_is_named_at_once_with_count_and_sum():
    parts = [
        part("a", "payment", 100, line_id="l", item_id="i"),
        part("b", "payment", 250, line_id="k", item_id="j"),
        part("c", "discount", 40, line_id="k", item_id="j"),
        part("d", "charge", -5, line_id="f", currency="CHF", effective_on=date(2026, 9, 1)),
        part("e", "payment", 70, line_id="k", item_id="o"),
    ]
    lines = [line("l", 100), line("k", 250), line("f", -5, "CHF")]
    items = [item("i", 100, customer_id="X9"), item("j", 290, customer_id="X9"), item("o", 70, kind="chargeback")]
    with pytest.raises(BookingError) as error:
        post(parts, lines, items)
    assert str(error.value).splitlines() == [
        "booking.toml: NORD: customer X9 is missing, expected an account in debtors.accounts (2 postings, 3.50 EUR)",
        "booking.toml: NORD: discount on document RE-j is missing, expected tax_split, or a rate in vat.default.unknown "
        "(1 posting, 0.40 EUR)",
        'booking.toml: NORD: documents of kind chargeback is missing, expected a rule with kind = "payment", '
        'item = "chargeback" (1 posting, 0.70 EUR)',
        "booking.toml: NORD: rate of CHF on 2026-09-01 is missing, expected a rate in rates.CHF (1 posting, 0.05 CHF)",
    ]


def test_a_customer_whose_digits_are_no_debtor_account_is_named():
    parts = [part("m", "on_account", 100, line_id="l", customer_id="D100")]
    with pytest.raises(BookingError, match="customer D100 is missing"):
        post(parts, [line("l", 100)])


def test_an_account_that_datev_cannot_hold_is_named():
    parts = [part("m", "ledger_account", 100, line_id="l", gl_account="Rent")]
    with pytest.raises(BookingError, match="ledger account Rent is missing, expected an account that DATEV can hold"):
        post(parts, [line("l", 100)])


def test_a_tax_split_that_cannot_be_read_is_named():
    with pytest.raises(BookingError, match="tax_split of RE-i is '19', expected gross amounts by rate"):
        post([part("m", "payment", 1, line_id="l", item_id="i")], [line("l", 1)], [item("i", 1, tax_split="19")])


def test_a_correction_without_a_way_to_its_tax_is_refused():
    text = TEXT.replace('tax_code = "3"\n', "", 1)
    parts = [part("m", "discount", 100, line_id="l", item_id="i")]
    with pytest.raises(BookingError, match="tax_code or automatic = true"):
        post(parts, [line("l", 0)], [item("i", 1000, tax_split='{"19": 1000}')], text=text)


def test_an_unknown_entity_is_named():
    with pytest.raises(BookingError, match=r"entities\.SUED is missing"):
        post([part("m", "charge", -1, line_id="l", entity="SUED")], [line("l", -1, entity="SUED")])


def test_an_unknown_line_and_document_are_named():
    with pytest.raises(BookingError, match=r"line of match m is 'x'.*\n.*document of match m is 'y'"):
        post([part("m", "payment", 1, line_id="x", item_id="y")])


def test_input_tax_of_a_ledger_account_is_what_its_rule_says():
    rule = '[[entities.NORD.rules]]\nkind = "ledger_account"\ngl_account = "6805"\naccount = "6806"\n'
    text = TEXT + rule + 'tax_rate = "19"\ntax_code = "9"\ncost_centre = "IT"\n'
    row = post([part("m", "ledger_account", -11900, line_id="l", gl_account="6805")], [line("l", -11900)], text=text).iloc[0]
    assert (row["contra_account"], row["tax_amount"], row["tax_code"], row["cost_centre"]) == ("6806", 1900, "9", "IT")


def signed(rows):
    """Every posting twice: what it does to its account, and to the contra account; debit is positive."""
    sign = rows["side"].map({"debit": 1, "credit": -1})
    one = rows.assign(on=rows["account"], does=rows["amount"] * sign, worth=rows["base_amount"].fillna(rows["amount"]) * sign)
    other = one.assign(on=rows["contra_account"], does=-one["does"], worth=-one["worth"])
    return pd.concat([one, other], ignore_index=True)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds())
def test_the_laws(world):
    lines = world.bank_lines
    rows = postings(world, POLICY, booking(), 1)
    legs = signed(rows)
    assert not legs.groupby("currency")["does"].sum().any()
    banks = legs[legs["on"].isin(["1800", "1802"])].groupby("line_id")["does"].sum()
    for name, amount in zip(lines["line_id"], lines["amount"], strict=True):
        assert banks.get(name, 0) == amount
    allocated = world.allocations[world.allocations["item_id"].notna()].groupby("item_id")["allocated"].sum()
    debtors = legs[(legs["on"] == "10001") & legs["item_id"].notna()].groupby("item_id")["does"].sum()
    assert (-debtors).to_dict() == allocated[allocated != 0].to_dict() | {k: 0 for k in debtors.index if not allocated[k]}
    clearing = legs[legs["on"].isin(["1482", "1483"])]
    assert not clearing.groupby("match_id")["worth"].sum().any()
    assert not legs.groupby("base_currency")["worth"].sum().any()
    assert rows["booking_id"].is_unique and (rows["amount"] > 0).all()


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(worlds(), st.randoms())
def test_the_order_of_rows_changes_nothing(world, random):
    order = list(range(len(world.allocations)))
    random.shuffle(order)
    turned = replace(world, allocations=world.allocations.iloc[order], open_items=world.open_items.iloc[::-1])
    pd.testing.assert_frame_equal(postings(world, POLICY, booking(), 1), postings(turned, POLICY, booking(), 1))


def test_nothing_to_post_is_an_empty_batch():
    pd.testing.assert_frame_equal(post([]), BATCH_LINES.empty())
