"""BAI2: signs from type codes, funds types, continuations, and every control total proven or failed."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recon_kit.errors import LoadError
from recon_kit.load import bai2
from recon_kit.load.loaded import Loaded
from recon_kit.load.source import Hints, SourceFile
from recon_kit.policy import Policy


def load(text: str, **hints: object) -> Loaded:
    return bai2.read(SourceFile("bank.bai", content=text.encode()), Policy(), Hints.of(hints))


def report(
    *entries: str,
    summary: str = "010,100000,,,015,100000,,",
    group: str = "02,R,O,1,261005,2359,USD,2/",
    total: int | None = None,
) -> str:
    """A file of one group and account, its controls computed from the amounts as they are printed."""
    records = [f"03,123456,,{summary}/", *entries]
    fields = summary.split(",")
    printed = sum(int(fields[at]) for at in range(1, len(fields), 4) if fields[at])
    printed += sum(int(entry.split(",")[2] or 0) for entry in entries if entry.startswith("16,"))
    announced = printed if total is None else total
    size = len(records)
    return "\n".join([
        "01,S,R,261006,0700,1,,,2/", group, *records, f"49,{announced},{size + 1}/",
        f"98,{announced},1,{size + 3}/", f"99,{announced},1,{size + 5}/", "",
    ])  # fmt: skip


def line(*entry: str, **parts: str) -> dict[str, object]:
    (only,) = load(report(*entry, **parts)).tables["bank_lines"].to_dict("records")  # type: ignore[arg-type]
    return {str(name): None if pd.isna(value) else value for name, value in only.items()}


def outcomes(loaded: Loaded, check: str) -> list[str]:
    return loaded.checks.loc[loaded.checks["check"] == check, "outcome"].tolist()


def faults(text: str) -> list[str]:
    with pytest.raises(LoadError, match=r"bank\.bai") as caught:
        load(text)
    return str(caught.value).splitlines()


@pytest.mark.parametrize(
    ("code", "amount", "kind"),
    [("142", 1, "credit_transfer"), ("399", 1, None), ("495", -1, "credit_transfer"), ("455", -1, "direct_debit"),
     ("555", -1, "return"),
     ("698", -1, "fee"), ("354", 1, "interest"), ("301", 1, "cash_deposit"), ("920", 1, None), ("960", -1, None)],
)  # fmt: skip
def test_sign_and_kind_come_from_the_type_code(code: str, amount: int, kind: str | None) -> None:
    found = line(f"16,{code},001,,,,/")
    assert (found["amount"], found["kind"]) == (amount, kind)


def test_amounts_are_minor_units_of_the_currency() -> None:
    assert line("16,142,12345,,,,/", group="02,R,O,1,261005,,JPY,2/")["amount"] == 12345
    assert line("16,142,12345,,,,/", group="02,R,O,1,261005,,,2/")["currency"] == "USD"


@pytest.mark.parametrize("funds", ["", "0", "1", "2", "Z", "V,261004,", "S,1,2,3", "D,2,0,5,1,6"])
def test_the_references_stand_behind_any_funds_type(funds: str) -> None:
    found = line(f"16,142,100,{funds},BANK1,CUST1,Invoice 4711, paid/")
    assert (found["bank_reference"], found["end_to_end_id"], found["remittance"]) == ("BANK1", "CUST1", "Invoice 4711, paid")


def test_the_value_date_is_that_of_funds_type_v() -> None:
    found = line("16,142,100,V,261004,0800,,,text/")
    assert (found["booked_on"], found["value_on"]) == (pd.Timestamp("2026-10-05"), pd.Timestamp("2026-10-04"))


def test_continuations_carry_text_on_with_or_without_a_slash() -> None:
    assert line("16,142,100,,B,/", "88,FIRST", "88,SECOND/")["remittance"] == "FIRST SECOND"
    assert line("16,142,100,,B,C,NAME OF, PAYER", "88,EREF: 1")["remittance"] == "NAME OF, PAYER EREF: 1"


def test_a_summary_may_go_on_in_continuations() -> None:
    text = report("16,142,500,,,,/", summary="010,100000,,,015,100500,,,100,500,1,")
    cut = text.replace(",100,500,1,/", "/\n88,100,500,1,/").replace("49,201500,3", "49,201500,4")
    cut = cut.replace("98,201500,1,5", "98,201500,1,6").replace("99,201500,1,7", "99,201500,1,8")
    for loaded in (load(text), load(cut)):
        assert not len(loaded.failed), loaded.failed
        assert outcomes(loaded, "balance") == ["ok"]


def test_balances_signs_and_totals_are_proven() -> None:
    loaded = load(report("16,142,500,,,,/", "16,475,700,,,,/", summary="010,-100,,,015,-300,,,100,500,1,,400,700,1,"))
    (row,) = loaded.tables["statements"].to_dict("records")
    assert (row["account"], row["opening"], row["closing"], row["statement_id"]) == ("123456", -100, -300, "2026-10-05")
    assert set(loaded.checks["outcome"]) == {"ok"}


def test_totals_that_do_not_tie_fail() -> None:
    loaded = load(report("16,142,500,,,,/", summary="010,100,,,015,601,,,100,501,2,", total=7))
    assert outcomes(loaded, "balance") == ["failed"]
    found = loaded.failed.groupby("check")["subject"].count().to_dict()
    assert found == {"balance": 1, "rows": 1, "totals": 2}


def test_a_file_that_is_cut_off_fails() -> None:
    text = report("16,142,500,,,,/", summary="010,100,,,015,600,,")
    assert not len(load(text).failed)
    assert load(text[: text.index("99,")]).failed["detail"].tolist() == ["no file trailer (99): the file is cut off"]
    without = "\n".join(row for row in text.split("\n") if not row.startswith("49,"))
    assert "no account trailer (49)" in load(without).failed["detail"].tolist()


def test_entries_without_money_are_left_out_and_counted() -> None:
    loaded = load(report("16,890,,,,,NOTICE/", "16,142,500,,,,/", summary="010,0,,,015,500,,"))
    assert loaded.tables["bank_lines"]["amount"].tolist() == [500]
    assert (loaded.source.n_read, loaded.source.n_skipped) == (2, 1)
    assert outcomes(loaded, "non_monetary") == ["note"]


def test_every_fault_is_named_with_line_field_and_value() -> None:
    text = report("16,142,500,,,,/").replace(
        "16,142,500,,,,/", "16,14X,5.00,Q,,,/\n17,1/\n16,010,5,,,,/\n16,142,-5,V,261332,,,,/"
    )
    found = faults(text.replace("261005", "261305").replace("USD", "USX"))
    assert found[0] == "bank.bai:2: currency is 'USX', expected an ISO 4217 currency code"
    assert found[1].startswith("bank.bai:2: as-of date is '261305'")
    entries = [fault for fault in found if fault.startswith(("bank.bai:4", "bank.bai:5", "bank.bai:6"))]
    assert [fault.split(", expected")[0] for fault in entries] == [
        "bank.bai:4: amount is '5.00'", "bank.bai:4: type code is '14X'", "bank.bai:4: funds type is 'Q'",
        "bank.bai:5: record code is '17'", "bank.bai:6: type code is '010'",
    ]  # fmt: skip
    assert "bank.bai:7: amount is '-5', expected digits without a sign: the type code tells it" in found


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [("1,,,2/", "1,,,3/", "version is '3'"), ("02,R,O,1", "02,R,O,4", "group status is '4'"),
     ("03,123456", "05,123456", "record code is '05'"),
     ("02,R", "88,R", "before its first account"), ("03,123456", "03,", "account is '', expected our account")],
)  # fmt: skip
def test_a_broken_structure_is_refused(old: str, new: str, told: str) -> None:
    assert any(told in fault for fault in faults(report("16,142,500,,,,/").replace(old, new, 1)))


def test_interim_reports_of_the_day_are_provisional() -> None:
    assert load(report(group="02,R,O,1,261005,1200,USD,3/")).source.role == "provisional"
    assert load(report()).source.role == "booked"


def test_a_report_that_stands_twice_is_read_once() -> None:
    body = report("16,142,500,,,,/", summary="010,0,,,015,500,,").split("\n")
    twice = "\n".join([*body[:5], *body[2:]])
    loaded = load(twice)
    assert len(loaded.tables["bank_lines"]) == 1
    assert outcomes(loaded, "duplicate") == ["note"]


@pytest.mark.parametrize(
    ("text", "claimed"), [(report(), "bai2"), ("00,1,2,260101,0000,1,,,2/", None), ("01,02,2026;text", None)]
)
def test_only_a_file_header_is_claimed(text: str, claimed: str | None) -> None:
    assert bai2.claims(SourceFile("x", content=text.encode())) == claimed


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["108", "142", "409", "475"]), st.integers(0, 10**12)), max_size=20))
def test_opening_plus_entries_is_closing_for_any_entries(entries: list[tuple[str, int]]) -> None:
    moved = sum(amount if code < "400" else -amount for code, amount in entries)
    loaded = load(
        report(*(f"16,{code},{amount},,,,text/" for code, amount in entries), summary=f"010,500,,,015,{500 + moved},,")
    )
    assert loaded.tables["bank_lines"]["amount"].sum() == moved
    assert not len(loaded.failed)
