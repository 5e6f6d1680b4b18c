"""camt statements: balances proven, several a file, pages, repeats, gaps, periods."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.load.camt_messages import balance, entry, load, message, outcomes, statement


def day(number: int, opening: str, closing: str, *entries: str, id_: str | None = None) -> str:
    on = f"2026-10-{number:02d}"
    head = f"<ElctrncSeqNb>{number}</ElctrncSeqNb>\n"
    return statement(
        balance("OPBD", opening, on=on), balance("CLBD", closing, on=on), *entries, id_=id_ or f"S{number}", head=head
    )


def test_balances_are_read_and_proven() -> None:
    loaded = load(message(day(1, "100.00", "95.00", entry("5.00", "DBIT"))))
    (row,) = loaded.tables["statements"].to_dict("records")
    assert (row["opening"], row["closing"], row["sequence"], row["statement_id"]) == (10000, 9500, 1, "S1")
    assert outcomes(loaded, "balance") == ["ok"]


def test_a_statement_that_does_not_tie_is_read_with_a_failed_check() -> None:
    loaded = load(message(day(1, "100.00", "99.00", entry("5.00", "DBIT"))))
    failed = loaded.failed.loc[loaded.failed["check"] == "balance", ["expected", "actual"]]
    assert failed.values.tolist() == [[9900, 9500]]


@pytest.mark.parametrize(("closing", "outcome"), [("5.00", "note"), ("6.00", "failed")])
def test_a_booking_behind_the_last_day_failed_unless_the_balances_prove_that_it_belongs_there(
    closing: str, outcome: str
) -> None:
    loaded = load(message(day(1, "0.00", closing, entry("5.00", on="2026-10-02"))))
    assert outcomes(loaded, "period") == [outcome]
    assert loaded.checks.set_index("check").loc["period", "detail"].startswith("1 entry is dated as late as 2026-10-02")


def test_a_booking_before_the_stated_period_is_a_note() -> None:
    head = "<FrToDt><FrDtTm>2026-10-01T00:00:00</FrDtTm><ToDtTm>2026-10-31T23:59:59</ToDtTm></FrToDt>\n"
    loaded = load(message(statement(entry("5.00", on="2026-09-30"), entry("5.00", on="2026-10-02"), head=head)))
    assert outcomes(loaded, "period") == ["note"]


def test_a_negative_balance_is_a_debit_and_prcd_opens() -> None:
    parts = (balance("PRCD", "7.00", "DBIT", "2026-10-30"), balance("CLBD", "5.00", "CRDT"), entry("12.00"))
    loaded = load(message(statement(*parts)))
    assert loaded.tables["statements"]["opening"].tolist() == [-700]
    assert outcomes(loaded, "balance") == ["ok"]


@pytest.mark.parametrize(
    "parts", [(), (balance("CLBD", "5.00"),), (balance("CLAV", "5.00", currency="JPY").replace("5.00", "5"),)]
)
def test_without_both_balances_there_is_nothing_to_prove(parts: tuple[str, ...]) -> None:
    assert outcomes(load(message(statement(*parts, entry("5.00")))), "balance") == ["absent"]


def test_a_balance_in_another_currency_never_ties() -> None:
    parts = (balance("OPBD", "0.00"), balance("CLBD", "5.00", currency="SEK"), entry("5.00"))
    assert outcomes(load(message(statement(*parts))), "balance") == ["failed"]


def test_entries_in_another_currency_are_never_added() -> None:
    foreign = entry("5.00").replace('Ccy="EUR"', 'Ccy="USD"')
    loaded = load(message(statement(balance("OPBD", "0.00"), balance("CLBD", "5.00"), foreign)))
    assert loaded.tables["bank_lines"]["currency"].tolist() == ["USD"]
    assert outcomes(loaded, "balance") == ["failed"]


def test_a_statement_without_entries_is_a_statement() -> None:
    loaded = load(message(day(1, "1.00", "1.00")))
    assert (len(loaded.tables["statements"]), len(loaded.tables["bank_lines"])) == (1, 0)
    assert outcomes(loaded, "balance") == ["ok"]


def test_several_statements_each_keep_their_lines_and_go_on_from_each_other() -> None:
    loaded = load(message(day(1, "0.00", "5.00", entry("5.00")), day(2, "5.00", "3.00", entry("2.00", "DBIT"))))
    assert loaded.tables["statements"]["closing"].tolist() == [500, 300]
    assert loaded.tables["bank_lines"]["amount"].tolist() == [500, -200]
    assert outcomes(loaded, "sequence") == ["ok"]
    assert loaded.failed.empty


def test_a_gap_over_which_the_balance_jumps_failed() -> None:
    loaded = load(message(day(1, "0.00", "5.00", entry("5.00")), day(3, "9.00", "9.00")))
    assert "failed" in outcomes(loaded, "sequence")


def test_a_statement_that_stands_twice_is_read_once_and_named() -> None:
    first = day(1, "0.00", "10.00", entry("5.00"), entry("5.00"))
    loaded = load(message(first, first, day(1, "0.00", "10.00", entry("5.00"), entry("5.00"), id_="OTHER")))
    assert loaded.tables["bank_lines"]["amount"].tolist() == [500, 500]
    assert len(loaded.tables["statements"]) == 1
    assert outcomes(loaded, "duplicate") == ["note", "note"]
    assert (loaded.source.n_read, loaded.source.n_skipped) == (6, 4)


def test_two_advices_of_equal_payments_are_two() -> None:
    parts = [statement(entry("5.00"), tag="Ntfctn", id_=id_) for id_ in ("N1", "N2")]
    assert load(message(*parts, kind="054")).tables["bank_lines"]["amount"].tolist() == [500, 500]


def test_other_content_under_the_same_id_is_kept_and_failed() -> None:
    loaded = load(message(day(1, "0.00", "5.00", entry("5.00"), id_="X"), day(2, "8.00", "9.00", entry("1.00"), id_="X")))
    assert loaded.tables["statements"]["statement_id"].tolist() == ["X", "X#2"]
    assert "failed" in outcomes(loaded, "duplicate")


def page(number: int, *parts: str, last: bool) -> str:
    head = f"<StmtPgntn><PgNb>{number}</PgNb><LastPgInd>{str(last).lower()}</LastPgInd></StmtPgntn>\n"
    return statement(*parts, head=head)


def test_pages_are_one_statement_in_their_order() -> None:
    second = page(2, balance("OPBD", "5.00"), balance("CLBD", "7.00"), entry("2.00"), last=True)
    first = page(1, balance("OPBD", "0.00"), balance("CLBD", "5.00"), entry("5.00"), last=False)
    loaded = load(message(second, first))
    assert loaded.tables["statements"][["opening", "closing"]].values.tolist() == [[0, 700]]
    assert loaded.tables["bank_lines"]["amount"].tolist() == [500, 200]
    assert outcomes(loaded, "balance") == ["ok"]
    assert outcomes(loaded, "pages") == []


@pytest.mark.parametrize(("number", "last"), [(1, False), (2, True)])
def test_a_missing_page_failed(number: int, last: bool) -> None:
    assert outcomes(load(message(page(number, entry(), last=last))), "pages") == ["failed"]


def test_totals_that_do_not_fit_are_only_a_note() -> None:
    summary = "<TxsSummry><TtlNtries><NbOfNtries>1</NbOfNtries><Sum>6852.79</Sum></TtlNtries></TxsSummry>"
    loaded = load(message(statement(summary, entry("100.00"))))
    assert outcomes(loaded, "totals") == ["note"]
    assert loaded.failed.empty


def test_a_copy_is_named() -> None:
    loaded = load(message(statement(entry(), head="<CpyDplctInd>DUPL</CpyDplctInd>")))
    assert outcomes(loaded, "copy") == ["note"]


@pytest.mark.parametrize(
    ("head", "parts", "expected"),
    [
        (
            "<FrToDt><FrDtTm>2026-10-01T00:00:00</FrDtTm><ToDtTm>2026-10-31T23:59:59</ToDtTm></FrToDt>",
            (),
            ("2026-10-01", "2026-10-31"),
        ),
        ("", (balance("OPBD", "0", on="2026-10-05"), balance("CLBD", "10", on="2026-10-06")), ("2026-10-05", "2026-10-06")),
        ("", (), ("2026-10-02", "2026-10-02")),
        (
            "<FrToDt><FrDtTm>2026-10-01T00:00:00</FrDtTm><ToDtTm>2026-10-03T00:00:00</ToDtTm></FrToDt>",
            (balance("CLBD", "10", on="2026-10-02"),),
            ("2026-10-01", "2026-10-02"),
        ),
    ],
    ids=["stated", "balances", "entries", "midnight"],
)
def test_the_period(head: str, parts: tuple[str, ...], expected: tuple[str, str]) -> None:
    statements = load(message(statement(*parts, entry(), head=head))).tables["statements"]
    assert statements[["from_on", "to_on"]].values.tolist() == [[pd.Timestamp(on) for on in expected]]


def test_an_account_that_the_file_does_not_name_is_a_hint() -> None:
    text = message(statement(entry()).replace("<Id><IBAN>DE02120300000000202051</IBAN></Id>", ""))
    assert load(text, account="DE99").tables["bank_lines"]["account"].tolist() == ["DE99"]
