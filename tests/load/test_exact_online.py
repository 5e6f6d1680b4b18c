"""Exact Online receivables: signs, currencies, dates and types of the two resources, and what is wrong in them."""

import json
from datetime import date

import pytest

from recon_kit.errors import LoadError
from recon_kit.load import Hints, SourceFile
from recon_kit.load import exact_online as reader
from recon_kit.policy import Policy

DAY = date(2026, 10, 31)


def odata(on):
    return f"/Date({(date.fromisoformat(on) - date(1970, 1, 1)).days * 86_400_000})/"


def receivable(number, amount, **changes):
    made = {
        "ID": f"guid-{number}", "AccountCode": "               400", "AccountName": "Muster GmbH", "InvoiceNumber": number,
        "InvoiceDate": odata("2026-10-01"), "DueDate": odata("2026-10-31"), "Currency": "EUR", "AmountDC": amount,
        "AmountFC": amount, "TransactionAmountDC": amount, "TransactionAmountFC": amount, "TransactionType": 20,
        "IsFullyPaid": False, "Status": 20, "YourRef": "PO-7",
    }  # fmt: skip
    return {**made, **changes}


def load(rows, wrap=lambda rows: {"d": {"results": rows}}, snapshot_on=DAY, policy=None, **hints):
    text = rows if isinstance(rows, str) else json.dumps(wrap(rows), indent=1)
    file = SourceFile("receivables.json", content=text.encode())
    assert reader.claims(file)
    return reader.read(file, policy or Policy(), Hints(snapshot_on=snapshot_on, **hints))


def items(*rows, **more):
    return load(list(rows), **more).tables["open_items"]


@pytest.mark.parametrize("wrap", [lambda r: {"d": {"results": r}}, lambda r: {"d": r}, lambda r: {"value": r}, lambda r: r])
def test_each_odata_shape_gives_the_same_items(wrap):
    frame = items(receivable(4711, 1190.0), receivable(4712, 100.1), wrap=wrap)
    assert frame[["item_id", "kind", "document_no", "customer_id", "open_amount"]].to_numpy().tolist() == [
        ["guid-4711", "invoice", "4711", "400", 119000],
        ["guid-4712", "invoice", "4712", "400", 10010],
    ]
    assert [f"{on:%Y-%m-%d}" for on in (frame["issued_on"][0], frame["due_on"][0], frame["snapshot_on"][0])] == [
        "2026-10-01", "2026-10-31", "2026-10-31",
    ]  # fmt: skip


def test_the_snapshot_is_complete_unless_told_otherwise():
    snapshot = load([receivable(1, 5.0)]).tables["snapshots"].iloc[0]
    assert (snapshot["complete"], snapshot["n_items"], f"{snapshot['snapshot_on']:%F}") == (True, 1, "2026-10-31")
    assert not load([receivable(1, 5.0)], complete=False).tables["snapshots"]["complete"][0]


def test_a_first_page_is_never_a_complete_list():
    loaded = load([receivable(1, 5.0)], wrap=lambda r: {"d": {"results": r, "__next": "https://x/?$skiptoken=1"}})
    assert list(loaded.failed["check"]) == ["pages"]
    assert not loaded.tables["snapshots"]["complete"][0]


def test_the_service_s_own_minus_for_receivables_is_turned():
    rows = [receivable(1, -60.0, TransactionAmountFC=100.0), receivable(2, 25.0, TransactionAmountFC=-25.0, TransactionType=21)]
    loaded = load(rows)
    frame = loaded.tables["open_items"]
    assert frame[["kind", "amount", "open_amount"]].to_numpy().tolist() == [
        ["invoice", 10000, 6000],
        ["credit_note", -2500, -2500],
    ]
    assert list(loaded.checks["outcome"]) == ["note"]


def test_credit_notes_are_negative_and_receipts_payments_on_account():
    frame = items(
        receivable(1, 100.0), receivable(2, -25.0, TransactionType=21), receivable(3, -40.0, TransactionType=40),
        receivable(4, 7.0, TransactionType=90),
    )  # fmt: skip
    assert list(zip(frame["kind"], frame["open_amount"], strict=True)) == [
        ("invoice", 10000), ("credit_note", -2500), ("payment_on_account", -4000), ("journal", 700),
    ]  # fmt: skip


def test_a_credit_note_without_minus_is_a_failed_check():
    loaded = load([receivable(1, 100.0), receivable(2, 25.0, TransactionType=21)])
    assert list(loaded.failed["check"]) == ["sign"]


def test_a_sign_against_the_rest_of_the_file_is_a_failed_check():
    loaded = load([receivable(n, -10.0, TransactionAmountFC=10.0) for n in (1, 2)] + [receivable(3, 10.0)])
    assert list(loaded.failed["actual"]) == [1]


def test_the_rare_document_paid_twice_is_money_on_account():
    rows = [receivable(n, -10.0, TransactionAmountFC=10.0) for n in range(60)]
    loaded = load([*rows, receivable(99, 7.0, TransactionAmountFC=10.0)])
    assert loaded.failed.empty and "overpaid" in set(loaded.checks["check"])
    assert loaded.tables["open_items"].iloc[-1][["kind", "open_amount"]].tolist() == ["payment_on_account", -700]


def test_where_nothing_tells_the_sign_the_whole_is_owed_to_us_and_that_is_noted():
    rows = [
        {"InvoiceNumber": n, "InvoiceDate": "2026-10-01", "AccountCode": "1", "DueDate": None, "AmountDC": -10} for n in (1, 2)
    ]
    loaded = load(rows)
    assert list(loaded.tables["open_items"]["open_amount"]) == [1000, 1000]
    assert loaded.checks["check"].tolist() == ["sign"]


def test_the_invoice_currency_counts_and_without_it_the_division_s():
    assert items(receivable(1, 10.0, Currency="GBP", AmountDC=12.0))[["open_amount", "currency"]].to_numpy().tolist() == [
        [1000, "GBP"]
    ]
    only_dc = {k: v for k, v in receivable(1, 10.0).items() if not k.endswith("FC") and k != "Currency"}
    assert items(only_dc, currency="CHF")["currency"].tolist() == ["CHF"]
    with pytest.raises(LoadError, match="AmountFC is missing, expected the amount in GBP"):
        items({**only_dc, "Currency": "GBP"})


def test_part_paid_items_keep_the_original_amount():
    assert items(receivable(1, 60.0, TransactionAmountFC=100.0))[["amount", "open_amount"]].to_numpy().tolist() == [
        [10000, 6000]
    ]


def test_skonto_is_a_share_of_the_original_rounded_half_up_or_the_amount_given():
    terms = {"PaymentDiscountPercentage": 2.0, "DiscountDueDate": odata("2026-10-11")}
    frame = items(
        receivable(1, 25.25, **terms),
        receivable(2, 1190.0, **terms, AmountDiscountFC=23.8),
        receivable(3, 1190.0, **{**terms, "PaymentDiscountPercentage": 0}),
    )
    assert frame["discount_amount"].tolist()[:2] == [51, 2380]
    assert frame["discount_amount"].isna().tolist() == [False, False, True]
    assert f"{frame['discount_on'][0]:%F}" == "2026-10-11"


def test_paid_matched_and_zero_rows_are_counted_not_dropped_in_silence():
    loaded = load([receivable(1, 5.0), receivable(2, 5.0, IsFullyPaid=True), receivable(3, 5.0, Status=50), receivable(4, 0.0)])
    assert (loaded.source.n_read, loaded.source.n_skipped, len(loaded.tables["open_items"])) == (4, 3, 1)
    assert set(loaded.checks["subject"]) == {
        "IsFullyPaid",
        "Status 50: matched with other items",
        "nothing open in the invoice currency",
    }


def test_an_unknown_type_is_kept_as_other_and_named():
    loaded = load([receivable(1, 5.0), receivable(2, 5.0, TransactionType=777)])
    assert loaded.tables["open_items"]["kind"].tolist() == ["invoice", "other"]
    assert loaded.checks["subject"].tolist() == ["TransactionType 777"]


def test_numbers_are_read_as_written_not_as_floats():
    text = json.dumps([receivable(1, 5.0)]).replace("5.0", "90071992547409.93")
    assert load(text).tables["open_items"]["open_amount"].tolist() == [9007199254740993]
    assert load(text.replace("90071992547409.93", "1.2E+3")).tables["open_items"]["open_amount"].tolist() == [120000]


def test_faults_come_all_at_once_with_the_line_of_their_record():
    rows = [
        receivable(1, 5.0),
        receivable(2, 5.001),
        receivable(3, 5.0, Currency="EURO"),
        receivable(4, 5.0, InvoiceDate="01.10.2026"),
        receivable(5, 5.0, Status=99),
        receivable(None, 5.0, YourRef=None),
    ]
    with pytest.raises(
        LoadError, match=r"AmountFC is '5\.001', expected an amount with no more decimals than EUR has"
    ) as error:
        load(rows)
    starts = [n for n, line in enumerate(json.dumps({"d": {"results": rows}}, indent=1).splitlines(), 1) if line == "   {"]
    assert sorted({fault.line for fault in error.value.faults}) == starts[1:]


def test_without_a_day_the_list_is_refused_and_a_field_beside_it_helps():
    with pytest.raises(LoadError, match="the hint snapshot_on"):
        load([receivable(1, 5.0)], snapshot_on=None)
    loaded = load([receivable(1, 5.0)], wrap=lambda r: {"reportingDate": "2026-09-30", "value": r}, snapshot_on=None)
    assert f"{loaded.tables['snapshots']['snapshot_on'][0]:%F}" == "2026-09-30"


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda text: text[: text.rindex("guid-2") + 3], "whole JSON"),
        (lambda text: text + "]", "the end of the file"),
        (lambda text: text.replace('"AccountName"', '"InvoiceNumber"', 1), "'InvoiceNumber' stands twice"),
        (lambda text: text.replace("5.0", "NaN", 1), "NaN is none"),
    ],
)
def test_broken_json_is_one_fault_with_a_line(spoil, told):
    with pytest.raises(LoadError, match=told) as error:
        load(spoil(json.dumps([receivable(1, 5.0), receivable(2, 5.0)], indent=1)))
    assert len(error.value.faults) == 1 and error.value.faults[0].line


def test_payables_and_sales_entries_are_not_receivables():
    for other in (
        {"PaymentBatchNumber": 1},
        {"SalesEntryLines": []},
        {"__metadata": {"type": "Exact.Web.Api.Models.Cashflow.Payment"}},
    ):
        text = json.dumps([receivable(1, 5.0, **other)])
        assert reader.claims(SourceFile("x", content=text.encode())) is None


def listed(number, amount, **changes):
    made = {
        "HID": f"{number}0", "AccountCode": "400", "AccountName": "Muster", "Amount": amount, "AmountInTransit": 0,
        "CurrencyCode": "EUR", "DueDate": odata("2026-10-31"), "InvoiceDate": odata("2026-10-01"), "InvoiceNumber": number,
        "YourRef": "PO",
    }  # fmt: skip
    return {**made, **changes}


def test_the_receivables_list_has_open_amounts_and_direct_debits_under_way():
    loaded = load(
        [
            listed(1, 100.0),
            listed(2, -5.5),
            listed(None, -7.0, EntryNumber=9),
            listed(4, 0.0),
            listed(5, 3.0, AmountInTransit=3.0),
        ]
    )
    frame = loaded.tables["open_items"]
    assert frame[["item_id", "kind", "amount", "open_amount"]].to_numpy().tolist() == [
        ["10", "invoice", 10000, 10000],
        ["20", "credit_note", -550, -550],
        ["None0", "payment_on_account", -700, -700],
        ["50", "invoice", 300, 300],
    ]
    assert loaded.source.n_skipped == 1
    assert {"in_transit", "original_amount", "skipped"} == set(loaded.checks["check"])


def test_a_document_listed_twice_is_kept_twice_and_noted():
    loaded = load([receivable(1, 5.0), receivable(1, 5.0)])
    assert loaded.tables["open_items"]["item_id"].tolist() == ["guid-1", "guid-1#2"]
    assert loaded.checks["check"].tolist() == ["duplicate"]
