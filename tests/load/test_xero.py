"""Xero's SalesInvoices.csv: documents from line items, statuses and types by rule, dates never guessed."""

import csv
import io
from datetime import date

import pytest

from recon_kit.errors import LoadError
from recon_kit.load import Hints, SourceFile
from recon_kit.load import xero as reader
from recon_kit.policy import Policy


def line(number="INV-1", total="119.0000", due=None, amount="100.0000", tax="19.0000", **changes):
    made = {
        "ContactName": "Muster Ltd", "InvoiceNumber": number, "Reference": "PO-7", "InvoiceDate": "13/10/2026",
        "DueDate": "12/11/2026", "Total": total, "TaxTotal": "19.0000", "InvoiceAmountPaid": "0.0000",
        "InvoiceAmountDue": due or total, "LineAmount": amount, "TaxAmount": tax, "Currency": "GBP", "Type": "Sales invoice",
        "Sent": "Sent", "Status": "Awaiting Payment", "Description": "Goods", "TaxType": "20% (VAT on Income)",
    }  # fmt: skip
    return {**made, **changes}


def export(*lines, extra=()):
    out = io.StringIO()
    writer = csv.DictWriter(out, [*reader.HEADER, *extra], restval="")
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue()


def load(*lines, snapshot_on=date(2026, 10, 31), extra=(), **hints):
    file = SourceFile("SalesInvoices.csv", content=export(*lines, extra=extra).encode())
    assert reader.claims(file) == "xero:sales-invoices"
    return reader.read(file, Policy(), Hints(snapshot_on=snapshot_on, **hints))


def test_the_header_has_44_columns():
    assert len(reader.HEADER) == 44 and reader.HEADER[18] == "InvoiceNumber"


def test_rows_of_a_document_are_one_item_and_total_is_not_summed():
    loaded = load(line(amount="60.0000", tax="11.4000"), line("INV-2"), line(amount="40.0000", tax="7.6000"))
    frame = loaded.tables["open_items"]
    assert frame[["item_id", "document_no", "amount", "open_amount", "currency"]].to_numpy().tolist() == [
        ["Sales invoice:INV-1", "INV-1", 11900, 11900, "GBP"],
        ["Sales invoice:INV-2", "INV-2", 11900, 11900, "GBP"],
    ]
    assert (f"{frame['issued_on'][0]:%F}", f"{frame['due_on'][0]:%F}", frame["source_line"].tolist()) == (
        "2026-10-13",
        "2026-11-12",
        [2, 3],
    )
    assert loaded.checks.empty and loaded.source.n_read == 3
    assert loaded.tables["snapshots"][["complete", "n_items"]].to_numpy().tolist() == [[True, 2]]


def test_line_amounts_may_include_tax():
    assert load(line(amount="119.0000")).checks.empty


def split_of(*lines):
    return load(*lines).tables["open_items"]["tax_split"].tolist()


def test_gross_amounts_are_split_by_tax_rate():
    taxed = {"TaxTotal": "21.0000", "total": "121.0000"}
    first, second = line(amount="100.0000", tax="20.0000", **taxed), line(amount="1.0000", tax="0.0000", **taxed)
    assert split_of(first, second | {"TaxType": "No VAT"}) == ['{"0": 100, "20": 12000}']
    reduced = {"amount": "9.5200", "tax": "0.4800", "total": "10.0000", "TaxTotal": "0.4800"}
    assert split_of(line(TaxType="5% (VAT on Income)", **reduced)) == ['{"5": 1000}']


def test_line_amounts_that_include_tax_are_split_alike():
    assert split_of(line(amount="120.0000", tax="20.0000", total="120.0000", TaxTotal="20.0000")) == ['{"20": 12000}']


def test_credit_notes_are_split_with_their_sign():
    note = line("CN-1", "120.0000", amount="100.0000", tax="20.0000", TaxTotal="20.0000", Type="Sales credit note")
    assert split_of(note) == ['{"20": -12000}']


def test_what_rounding_leaves_goes_to_the_largest_remainder():
    shared = {"total": "10.0000", "TaxTotal": "1.3200"}
    lines = [line(amount="4.9966", tax="0.9993", **shared), line(amount="3.6400", tax="0.3640", **shared)]
    assert split_of(lines[0], lines[1] | {"TaxType": "10% (VAT on Income)"}) == ['{"10": 400, "20": 600}']


@pytest.mark.parametrize("told", [{}, {"TaxType": "VAT"}, {"TaxType": ""}, {"Type": "Sales overpayment"}])
def test_no_split_where_the_rate_is_not_certain(told):
    assert load(line(**told)).tables["open_items"]["tax_split"].isna().all()  # 19.00 on 100.00 is no 20 %


def test_line_items_that_do_not_sum_to_the_total_are_a_failed_check():
    failed = load(line(amount="99.0000")).failed
    assert failed[["check", "subject", "expected", "actual"]].to_numpy().tolist() == [["totals", "invoice INV-1", 10000, 9900]]


def test_part_paid_items_keep_the_original_amount_and_overstated_ones_fail():
    frame = load(line(due="19.0000", InvoiceAmountPaid="100.0000")).tables["open_items"]
    assert frame[["amount", "open_amount"]].to_numpy().tolist() == [[11900, 1900]]
    assert load(line(InvoiceAmountPaid="0.0100")).failed["check"].tolist() == ["amount_due"]


@pytest.mark.parametrize("sign", ["", "-"])
def test_credit_notes_are_negative_whatever_sign_the_file_gives_them(sign):
    note = line(
        "CN-1",
        f"{sign}119.0000",
        amount=f"{sign}100.0000",
        tax=f"{sign}19.0000",
        TaxTotal=f"{sign}19.0000",
        Type="Sales credit note",
    )
    loaded = load(note)
    assert loaded.tables["open_items"][["kind", "amount", "open_amount"]].to_numpy().tolist() == [
        ["credit_note", -11900, -11900]
    ]
    assert loaded.checks.empty


def test_overpayments_without_a_number_stay_apart():
    paid = line("", "50.0000", amount="50.0000", tax="0.0000", TaxTotal="0.0000", Type="Sales overpayment", DueDate="")
    frame = load(line(), paid, paid, {**paid, "ContactName": "Other"}).tables["open_items"]
    assert frame["kind"].tolist() == ["invoice"] + ["payment_on_account"] * 3
    assert frame["open_amount"].tolist() == [11900, -5000, -5000, -5000]
    assert frame["item_id"].is_unique and frame["item_id"][2] == frame["item_id"][1] + "#2"


def test_closed_statuses_and_bills_are_counted():
    closed = [
        line(f"I{n}", Status=status) for n, status in enumerate(("Paid", "Voided", "Deleted", "Draft", "Awaiting Approval"))
    ]
    loaded = load(line(), *closed, line("B", Type="Bill"))
    assert (len(loaded.tables["open_items"]), loaded.source.n_read, loaded.source.n_skipped) == (1, 7, 6)
    assert {"Status Paid", "Type Bill: not a receivable"} <= set(loaded.checks["subject"])


def test_what_no_rule_knows_is_kept_under_a_failed_check():
    loaded = load(line(), line("I2", Status="Pondering"), line("I3", Type="Sales moonshot"))
    assert loaded.tables["open_items"]["kind"].tolist() == ["invoice", "other", "other"]
    assert sorted(loaded.failed["subject"]) == ["Status Pondering", "Type Sales moonshot"]


def test_dates_that_fit_both_orders_are_asked_for_once():
    both = [line(f"I{n}", InvoiceDate="03/04/2026", DueDate="04/05/2026") for n in range(3)]
    with pytest.raises(LoadError, match="InvoiceDate is '03/04/2026', expected one reading only") as error:
        load(*both)
    assert len(error.value.faults) == 1
    assert f"{load(*both, date_order='mdy').tables['open_items']['issued_on'][0]:%F}" == "2026-03-04"


def test_one_day_over_twelve_settles_the_order_for_the_whole_file():
    frame = load(line(InvoiceDate="03/04/2026", DueDate="05/04/2026"), line("I2", DueDate="13/05/2026")).tables["open_items"]
    assert f"{frame['issued_on'][0]:%F}" == "2026-04-03"
    american = load(line(InvoiceDate="10/13/2026", DueDate="11/12/2026")).tables["open_items"]
    assert f"{american['due_on'][0]:%F}" == "2026-11-12"


def test_rows_that_contradict_their_document_are_faults_with_both_lines():
    with pytest.raises(
        LoadError, match=r"SalesInvoices\.csv:3: Total is '120\.0000', expected '119\.0000' as in line 2"
    ) as error:
        load(line(), line(total="120.0000"))
    assert {fault.field for fault in error.value.faults} == {"Total", "InvoiceAmountDue"}


def test_every_fault_is_named_at_once():
    with pytest.raises(LoadError, match="30/02/2026") as error:
        load(line(InvoiceDate="30/02/2026"), line("I2", Currency="POUNDS"), line("I3", "12O.0000"), line("I4", Status=""))
    assert {fault.line for fault in error.value.faults} == {2, 3, 4, 5}


def test_the_day_of_the_list_is_asked_for():
    with pytest.raises(LoadError, match="the hint snapshot_on"):
        load(line(), snapshot_on=None)


def test_the_import_template_is_refused_with_its_name():
    content = b"*ContactName,EmailAddress,*InvoiceNumber,*InvoiceDate,*DueDate,Total,*Description,*Quantity\n"
    file = SourceFile("template.csv", content=content)
    assert reader.claims(file) == "xero:import-template"
    with pytest.raises(LoadError, match="import template"):
        reader.read(file, Policy(), Hints())


def test_windows_text_is_read_and_noted():
    file = SourceFile("x.csv", content=export(line(ContactName="Müller")).encode("cp1252"))
    loaded = reader.read(file, Policy(), Hints(snapshot_on=date(2026, 10, 31)))
    assert loaded.tables["open_items"]["customer_name"].tolist() == ["Müller"]
    assert loaded.checks["check"].tolist() == ["encoding"]


def test_further_columns_change_nothing():
    plain, wide = load(line()).tables["open_items"], load(line(Branch="X"), extra=("Branch",)).tables["open_items"]
    assert plain.equals(wide)


def test_a_multi_line_description_keeps_the_line_numbers_true():
    frame = load(line(Description="a\nb\nc"), line("I2")).tables["open_items"]
    assert frame["source_line"].tolist() == [2, 5]


def test_documents_with_nothing_due_are_counted():
    loaded = load(line(), line("I2", "0.0000", amount="0.0000", tax="0.0000", TaxTotal="0.0000"))
    assert (len(loaded.tables["open_items"]), loaded.source.n_skipped) == (1, 1)
