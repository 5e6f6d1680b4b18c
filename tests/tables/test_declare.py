"""The one gate of a declared table."""

from datetime import date, datetime

import pandas as pd
import pandera.pandas as pandera
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recon_kit.errors import TableError
from recon_kit.tables import ALL, BANK_LINES, BREAKS

GOOD = {
    "line_id": ["a", "b"],
    "booked_on": pd.to_datetime(["2026-10-01", "2026-10-02"]),
    "amount": [1, -2],
    "currency": ["EUR", "EUR"],
}


def test_absent_columns_that_may_be_null_are_added_in_order_with_their_type():
    frame = BANK_LINES.conform(pd.DataFrame(GOOD))
    assert list(frame) == list(BANK_LINES.columns)
    assert frame["charges"].dtype == "Int64"
    assert frame["remittance"].isna().all()


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_an_empty_frame_passes_its_own_gate(table):
    pd.testing.assert_frame_equal(table.conform(table.empty()), table.empty())


def test_lossless_casts_are_applied():
    frame = pd.DataFrame(GOOD).assign(charges=[1, 2], booked_on=lambda f: f["booked_on"].astype("datetime64[ns]"))
    frame["remittance"] = pd.Series(["x", None], dtype=object)
    passed = BANK_LINES.conform(frame)
    assert passed["booked_on"].dtype == "datetime64[us]"
    assert passed["charges"].tolist() == [1, 2]
    assert passed["remittance"].isna().tolist() == [False, True]


def test_dates_without_times_are_days():
    frame = pd.DataFrame(GOOD).assign(booked_on=[date(2026, 10, 1), date(2026, 10, 2)])
    frame["value_on"] = pd.Series([None, date(2026, 10, 3)], dtype=object)
    passed = BANK_LINES.conform(frame)
    assert passed["booked_on"].tolist() == [pd.Timestamp("2026-10-01"), pd.Timestamp("2026-10-02")]
    assert passed["value_on"].isna().tolist() == [True, False]
    assert {str(passed[name].dtype) for name in ("booked_on", "value_on")} == {"datetime64[us]"}


@pytest.mark.parametrize("other", ["2026-10-02", datetime(2026, 10, 2, 9, 30), 20261002])
def test_what_is_no_date_among_dates_is_refused(other):
    frame = pd.DataFrame(GOOD).assign(booked_on=pd.Series([date(2026, 10, 1), other], dtype=object))
    with pytest.raises(TableError, match=r"booked_on as datetime64\[us\], but it is object"):
        BANK_LINES.conform(frame)


def test_a_day_that_is_missing_among_dates_is_named_with_its_row():
    frame = pd.DataFrame(GOOD).assign(booked_on=pd.Series([date(2026, 10, 1), pd.NaT], dtype=object))
    with pytest.raises(TableError, match="a value in booked_on at row 1"):
        BANK_LINES.conform(frame)


def test_a_float_is_never_cast_to_money():
    with pytest.raises(TableError, match="amount as int64, but it is float64"):
        BANK_LINES.conform(pd.DataFrame(GOOD).assign(amount=[1.0, 2.0]))


def test_every_fault_is_told_at_once():
    frame = pd.DataFrame(GOOD).assign(amount=[1.0, 2.0], remitance="x", kind="x").drop(columns="currency")
    with pytest.raises(TableError) as caught:
        BANK_LINES.conform(frame)
    told = str(caught.value)
    for part in ("did you mean 'remittance'", "a column currency", "amount as int64", "kind at row 0 and 1 more is 'x'"):
        assert part in told


def test_a_missing_value_is_named_with_its_row():
    with pytest.raises(TableError, match="a value in line_id at row 1"):
        BANK_LINES.conform(pd.DataFrame(GOOD).assign(line_id=pd.Series(["a", None], dtype="str")))


def test_a_repeated_key_is_refused_also_without_entity():
    with pytest.raises(TableError, match="repeats line_id 'a'"):
        BANK_LINES.conform(pd.DataFrame(GOOD).assign(line_id="a"))


def test_a_value_that_does_not_fit_is_named():
    with pytest.raises(TableError, match="amount as int64"):
        BANK_LINES.frame({**GOOD, "amount": [1, None]})


def test_row_order_is_canonical():
    frame = BANK_LINES.conform(pd.DataFrame(GOOD))
    pd.testing.assert_frame_equal(BANK_LINES.sorted(frame.iloc[::-1]), BANK_LINES.sorted(frame))


def test_a_break_takes_its_reason_from_the_list():
    with pytest.raises(TableError, match="reason at row 0 is 'because'"):
        row = {"side": ["expected"], "id": ["x"], "reason": ["because"], "amount": [1], "currency": ["EUR"], "detail": ["d"]}
        BREAKS.frame(row)


@pytest.mark.parametrize("table", ALL, ids=lambda table: table.name)
def test_each_table_documents_each_column(table):
    text = table.markdown()
    assert all(f"| `{name}`" in text for name in table.columns)
    assert all(column.description for column in table.columns.values())


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", None]), st.sampled_from(["fee", "x", None]), st.integers(-5, 5)),
        min_size=1,
        max_size=6,
    ),
)
def test_the_quick_look_passes_exactly_what_pandera_passes(rows):
    frame = pd.DataFrame(rows, columns=["line_id", "kind", "amount"])
    frame = frame.assign(booked_on=pd.Timestamp("2026-10-01"), currency="EUR", n=range(len(rows)))
    frame["line_id"] = [None if row[0] is None else f"{row[0]}{n}" for n, row in enumerate(rows)]
    frame = frame.drop(columns="n").astype({"line_id": "str", "kind": "str", "currency": "str", "booked_on": "datetime64[us]"})
    schema = BANK_LINES.schema.select_columns(list(frame))
    try:
        schema.validate(frame, lazy=True)
        passes = True
    except pandera.errors.SchemaErrors:
        passes = False
    if passes:
        BANK_LINES.conform(frame)
    else:
        with pytest.raises(TableError, match=r"kind|line_id"):
            BANK_LINES.conform(frame)
