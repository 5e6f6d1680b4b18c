"""MultiSafepay: signs, kinds, totals, and every way in which a report can be wrong."""

import io
import json

import openpyxl
import pytest

from recon_kit.errors import LoadError
from recon_kit.load import Hints, SourceFile
from recon_kit.load import multisafepay as reader
from recon_kit.policy import Policy

CAPTIONS = (
    "Created date,Completed date/time,Mt status,Mt order status,PSP ID,Amount,Amount cents,Creditdebit,N code,Payment type,"
    "Mt description,Sub description,Sub status,Sub ID,Ms description,Order ID,Var1,Var2,Var3"
)
HEAD = """Report created,2026-11-02 05:31:12
Merchant ID,10998877
Payout ID,PO-2026-4711
Logic,settlement
Date from,2026-10-31
Date till,2026-11-01
Payout currency,EUR

"""


def row(id_, amount, side, code, method="", order="", description="", sub="", at="2026-10-31 23:30:00"):
    cents = amount.replace(".", "").lstrip("0") or "0"
    return f"{at},{at},completed,completed,{id_},{amount},{cents},{side},{code},{method},{description},,,{sub},,{order},,,"


def report(*rows, head=HEAD, captions=CAPTIONS):
    return head + "\n".join([captions, *rows]) + "\n"


def load(content, **hints):
    raw = content if isinstance(content, bytes) else content.encode()
    file = SourceFile("export", content=raw)
    assert reader.claims(file)
    return reader.read(file, Policy(), Hints(**hints))


def workbook(text):
    book = openpyxl.Workbook()
    for line in text.splitlines():
        book.active.append(
            [float(c) if c.replace(".", "", 1).isdigit() and len(c) < 12 else c or None for c in line.split(",")]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


FULL = report(
    row("5001", "100.00", "C", "N021", "IDEAL", "W-1"),
    row("5002", "250.50", "C", "N002", "VISA", "W-2"),
    row("5001", "0.39", "D", "N913", "FEE", "W-1"),
    row("5002", "4.10", "D", "N913", "FEE", "W-2"),
    row("5003", "20.00", "D", "N097", "Refund", "W-1", sub="5001"),
    row("5004", "49.90", "D", "N095", "CHARGEBACK", "W-0"),
    row("5005", "49.90", "C", "N095", "CHARGEBACK", "W-0"),
    row("", "15.00", "D", "", "", "", "Rolling reserve 5 %"),
    row("", "9.00", "C", "", "", "", "Rolling reserve 5 %"),
    row("5006", "1.00", "D", "N093", "CURRENCY CONVERSION"),
    row("9001", "319.01", "D", "N096", "WITHDRAWAL"),
)


def test_a_payout_report_has_our_signs_and_its_lines_sum_to_the_payout():
    loaded = load(FULL)
    lines = loaded.tables["settlement_lines"]
    assert list(zip(lines["kind"], lines["gross"], lines["fee"], lines["net"], strict=True)) == [
        ("payment", 10000, 0, 10000),
        ("payment", 25050, 0, 25050),
        ("fee", 0, -39, -39),
        ("fee", 0, -410, -410),
        ("refund", -2000, 0, -2000),
        ("chargeback", -4990, 0, -4990),
        ("chargeback_reversal", 4990, 0, 4990),
        ("reserve_hold", -1500, 0, -1500),
        ("reserve_release", 900, 0, 900),
        ("adjustment", -100, 0, -100),
        ("payout", 31901, 0, 31901),
    ]
    assert (lines["net"] == lines["gross"] + lines["fee"] + lines["tax_on_fee"]).all()
    assert set(lines["payout_id"]) == {"PO-2026-4711"} and set(lines["psp_account"]) == {"10998877"}
    check = loaded.checks.set_index("check").loc["totals"]
    assert (check["outcome"], check["expected"], check["actual"]) == ("ok", 31901, 31901)
    assert (loaded.source.role, loaded.source.format, loaded.source.n_read) == ("settlement", "multisafepay:payout", 11)


def test_a_workbook_gives_the_same_table_as_the_csv():
    left, right = load(FULL).tables["settlement_lines"], load(workbook(FULL)).tables["settlement_lines"]
    same = [c for c in left if c not in ("txn_id", "parent_id")]
    assert left[same].equals(right[same])
    assert list(right["txn_id"])[:2] == ["5001", "5002"]


def test_times_are_amsterdam_winter_and_summer():
    content = report(
        row("1", "1.00", "C", "N021", at="2026-10-31 23:30:00"), row("2", "1.00", "C", "N021", at="2026-07-31 23:30:00")
    )
    lines = load(content).tables["settlement_lines"]
    assert [f"{at:%m-%d %H:%M}" for at in lines["created_at"]] == ["10-31 22:30", "07-31 21:30"]
    assert [f"{on:%m-%d}" for on in lines["settled_on"]] == ["10-31", "07-31"]


def test_fee_and_refund_point_to_their_payment():
    lines = load(FULL).tables["settlement_lines"].set_index(["kind", "net"])
    assert lines.loc[("fee", -39), "parent_id"] == "5001"
    assert lines.loc[("refund", -2000), "parent_id"] == "5001"


def test_one_id_on_several_rows_of_a_kind_stays_several_rows():
    rows = [row("7", "1.00", "D", "N913", sub=sub) for sub in ("a", "b", "", "")]
    assert list(load(report(*rows)).tables["settlement_lines"]["txn_id"]) == ["7/a", "7/b", "7", "7/2"]


def test_lines_that_do_not_sum_to_the_payout_are_a_failed_check():
    failed = load(report(row("1", "100.00", "C", "N021"), row("9", "99.99", "D", "N096"))).failed
    assert failed[["expected", "actual"]].to_numpy().tolist() == [[9999, 10000]]


def test_a_report_without_a_payout_row_says_that_nothing_proves_it():
    assert list(load(report(row("1", "100.00", "C", "N021"))).checks["outcome"]) == ["absent"]


def test_an_unknown_type_is_kept_as_adjustment_and_named():
    loaded = load(report(row("1", "5.00", "C", "N777", "MOONPAY"), row("2", "2.00", "C", "N777", "MOONPAY")))
    assert list(loaded.tables["settlement_lines"]["kind"]) == ["adjustment", "adjustment"]
    note = loaded.checks.set_index("check").loc["row_type"]
    assert (note["outcome"], note["actual"]) == ("note", 700) and "N777 MOONPAY" in note["subject"]


def test_a_reservation_sold_is_no_reserve():
    lines = load(report(row("1", "5.00", "C", "N021", "IDEAL", description="Table reserved, reserve wine"))).tables[
        "settlement_lines"
    ]
    assert list(lines["kind"]) == ["payment"]


def test_a_returned_direct_debit_is_a_chargeback_and_the_rest_of_a_capture_an_adjustment_of_its_payment():
    back, rest = row("1", "5.00", "D", "N101", "DIRDEB"), row("3", "2.00", "D", "N021", "IDEAL", sub="2")
    lines = load(report(back, row("2", "5.00", "C", "N021", "IDEAL"), rest)).tables["settlement_lines"]
    assert list(lines["kind"]) == ["chargeback", "payment", "adjustment"]
    assert lines["parent_id"][2] == "2"


def test_the_code_that_the_vendor_uses_twice_gives_both_names():
    lines = load(report(row("1", "5.00", "C", "N102", ""))).tables["settlement_lines"]
    assert list(lines["method"]) == ["iDEAL QR or BELFIUS"]


def test_every_fault_is_named_at_once_with_its_line():
    bad = report(
        row("1", "-5.00", "C", "N021").replace(",-500,", ",500,"),
        row("2", "5.00", "X", "N021"),
        row("3", "5.00", "C", "N021").replace(",500,", ",501,"),
        row("4", "5.00", "C", "N021", at="2026-02-30 10:00:00"),
        row("5", "5.00", "C", "N021", at="2026-03-29 02:30:00"),
        row("6", "5.00", "C", "N021") + ",surplus",
    )
    with pytest.raises(LoadError, match="export:10: ") as error:
        load(bad)
    assert sorted({fault.line for fault in error.value.faults}) == [10, 11, 12, 13, 14, 15]
    assert "Amount cents is '501', expected the same as Amount, which is 5.00" in str(error.value)
    assert "clocks skip" in str(error.value)
    assert "19 fields as in the header, but the row has 20" in str(error.value)


def test_a_report_without_its_head_block_asks_for_what_is_missing():
    with pytest.raises(LoadError, match="Payout ID is missing") as error:
        load(report(row("1", "5.00", "C", "N021"), head=""))
    assert {fault.field for fault in error.value.faults} == {"Merchant ID", "Payout ID", "Currency"}


def test_a_report_of_another_merchant_is_a_failed_check():
    assert load(FULL, psp_account="10998877").failed.empty
    assert load(FULL, psp_account="20000000").failed["check"].tolist() == ["account"]


def test_the_cents_settle_what_one_point_two_three_four_means():
    lines = load(report(row("1", "1.234", "C", "N021").replace(",1234,", ",123400,"))).tables["settlement_lines"]
    assert list(lines["gross"]) == [123400]


def test_days_that_fit_both_orders_are_asked_for_once():
    content = report(*(row(str(n), "1.00", "C", "N021", at="03-04-2026 10:00") for n in range(3)))
    with pytest.raises(LoadError, match="export:10: Created date is '03-04-2026 10:00', expected one reading only") as error:
        load(content)
    assert len(error.value.faults) == 1
    assert f"{load(content, date_order='dmy').tables['settlement_lines']['settled_on'][0]:%m-%d}" == "04-03"


ACCOUNTANT = """"Report created","2026-11-02"
"Merchant ID","10998877"
"Date from","2026-10-01"
"Date till","2026-10-31"
"Currency","EUR"
"Opening balance","1,000.00"
"Total credit","150.00"
"Total debit","1,100.50"
"Closing balance","49.50"
"COMPLETEDDATETIME","AMOUNT","CREDITDEBIT","TYPETRANSACTION","PAYMENTTYPE","DESCRIPTION","DESCRIPTION2",\
"DESCRIPTION3","DESCRIPTION4","TR_STATUS","MS_DESCRIPTION",\
"MT_MERCHANTTRANSACTIONID","FIRSTNAME","LASTNAME","MT_CUST CITY","MT_CUST CO CODE","INVOICEID"
"2026-10-05 10:00:00","150.00","C","N021","IDEAL","Order","","","","completed","","W-1","A","B","X","NL",""
"2026-10-06 10:00:00","100.50","D","N913","FEE","Grouped costs","","","","completed","","","","","","",""
"2026-10-07 10:00:00","1,000.00","D","N096","WITHDRAWAL","Payout","","","","completed","","","","","","",""
"""


def test_an_accountant_export_ties_to_both_totals_and_its_closing_balance():
    loaded = load(ACCOUNTANT)
    assert list(loaded.tables["settlement_lines"]["net"]) == [15000, -10050, 100000]
    assert list(loaded.tables["settlement_lines"]["order_no"])[:1] == ["W-1"]
    assert loaded.checks[["check", "outcome", "expected", "actual"]].to_numpy().tolist() == [
        ["totals", "ok", 15000, 15000],
        ["totals", "ok", 110050, 110050],
        ["balance", "ok", 4950, 4950],
    ]


def test_the_newer_captions_and_a_workbook_are_the_same_export():
    newer = ACCOUNTANT.replace("COMPLETEDDATETIME", "Completed date/time").replace(
        "MT_MERCHANTTRANSACTIONID", "Mt merchanttransactionid"
    )
    newer = newer.replace("TYPETRANSACTION", "Typetransaction").replace("1,100.50", "1100.50").replace("1,000.00", "1000.00")
    old = load(ACCOUNTANT).tables["settlement_lines"]
    for content in (newer, workbook(newer.replace('"', ""))):
        new = load(content).tables["settlement_lines"]
        assert old[["kind", "net", "order_no", "created_at"]].equals(new[["kind", "net", "order_no", "created_at"]])


@pytest.mark.parametrize(("old", "new", "check"), [("49.50", "49.51", "balance"), ('"150.00"\n', '"151.00"\n', "totals")])
def test_totals_that_do_not_tie_are_failed_checks(old, new, check):
    assert check in set(load(ACCOUNTANT.replace(old, new)).failed["check"])


def test_accountant_ids_are_the_same_in_an_overlapping_export():
    both = load(ACCOUNTANT).tables["settlement_lines"]["txn_id"]
    lines = ACCOUNTANT.splitlines()
    later = load("\n".join([*lines[:10], *lines[11:]])).tables["settlement_lines"]["txn_id"]
    assert list(both)[1:] == list(later)


def transaction(**changes):
    made = {
        "amount": 1000, "costs": [{"amount": 60, "description": "fee", "dst": ""}], "net": 940, "currency": "EUR",
        "debit_credit": "C", "type": "payment", "status": "completed", "financial_status": "completed",
        "created": "2026-10-31T23:30:00", "completed": "2026-10-31T23:31:00", "order_id": "W-1", "transaction_id": 42,
        "payment_method": "IDEAL", "site_id": 77,
    }  # fmt: skip
    return {**made, **changes}


def api(*rows, **beside):
    return json.dumps({"success": True, "data": rows, "pager": {"after": None, "limit": 100}, **beside}, indent=1)


def test_the_api_answer_counts_only_money_that_moved():
    declined = transaction(transaction_id=43, financial_status="declined", costs=[], amount=100, net=100)
    expired = transaction(transaction_id=44, financial_status="expired", costs=[{"amount": 49}], net=951)
    loaded = load(api(transaction(), declined, expired))
    lines = loaded.tables["settlement_lines"]
    assert lines[["txn_id", "gross", "fee", "net"]].to_numpy().tolist() == [["42", 1000, -60, 940]]
    assert (loaded.source.n_read, loaded.source.n_skipped) == (3, 2)
    assert {"financial_status declined: no money moved", "financial_status expired: no money moved"} <= set(
        loaded.checks["subject"]
    )


def test_the_api_signs_refunds_fees_and_payouts():
    rows = [
        transaction(transaction_id=1, type="refund", debit_credit="D", costs=[], net=1000),
        transaction(transaction_id=2, type="monthly_fee", debit_credit="D", costs=[], net=1000),
        transaction(transaction_id=3, type="automatic_payout", debit_credit="D", costs=[], net=1000),
        transaction(transaction_id=4, type="chargeback", debit_credit="C", costs=[], net=1000),
        transaction(transaction_id=5, type="reserve_chargeback", debit_credit="D", costs=[], net=1000),
        transaction(transaction_id=6, type="moon", debit_credit="D", costs=[], net=1000),
        transaction(transaction_id=7, type="moon", debit_credit="D", costs=[], net=1000),
    ]
    loaded = load(api(*rows))
    lines = loaded.tables["settlement_lines"]
    assert list(zip(lines["kind"], lines["gross"], lines["fee"], lines["net"], strict=True)) == [
        ("refund", -1000, 0, -1000),
        ("fee", 0, -1000, -1000),
        ("payout", 1000, 0, 1000),
        ("chargeback_reversal", 1000, 0, 1000),
        ("reserve_hold", -1000, 0, -1000),
        ("adjustment", -1000, 0, -1000),
        ("adjustment", -1000, 0, -1000),
    ]
    assert "moon EUR" in set(loaded.checks["subject"])


def test_a_net_that_is_not_amount_less_costs_is_a_failed_check():
    assert list(load(api(transaction(net=941))).failed["check"]) == ["totals"]


def test_an_unknown_financial_status_is_a_failed_check():
    loaded = load(api(transaction(), transaction(transaction_id=2, financial_status="pondering")))
    assert list(loaded.failed["subject"]) == ["pondering"] and loaded.source.n_skipped == 1


def test_a_next_page_is_noted():
    assert "pages" in set(load(api(transaction(), pager={"after": "abc"})).checks["check"])


def test_faults_of_the_api_answer_name_the_line_of_their_record():
    rows = [
        transaction(),
        transaction(amount=10.5),
        transaction(currency="EURO"),
        transaction(debit_credit="Z", created="yesterday"),
    ]
    with pytest.raises(LoadError, match=r"amount is '10\.5', expected a whole number of minor units") as error:
        load(api(*rows))
    text = api(*rows).splitlines()
    starts = [n for n, line in enumerate(text, 1) if line == "  {"]
    assert [fault.line for fault in error.value.faults] == [starts[1], starts[2], starts[3], starts[3]]


def test_an_answer_of_two_sites_needs_the_merchant_account():
    content = api(transaction(), transaction(transaction_id=2, site_id=78))
    with pytest.raises(LoadError, match="the hint psp_account"):
        load(content)
    assert set(load(content, psp_account="10998877").tables["settlement_lines"]["psp_account"]) == {"10998877"}


def test_a_truncated_answer_is_one_fault_with_its_line():
    content = api(transaction(), transaction())
    with pytest.raises(LoadError, match=r"export:\d+: expected whole JSON") as error:
        load(content[: len(content) - 60])
    assert len(error.value.faults) == 1
