"""The feeds: always the same, whole, and true to the cent; every phenomenon occurs; ids and order tell nothing."""

import numpy as np
import pandas as pd
import pytest

from recon_kit.errors import ParameterError
from recon_kit.simulate.feeds import PROFILES, Feed, feed
from recon_kit.simulate.feeds.beside import KINDS
from recon_kit.tables import BANK_LINES, CUSTOMERS, OPEN_ITEMS

MONEY = {"exact", "discount", "discount_late", "discount_part", "short", "partial", "instalments", "overpaid", "charges",
         "duplicate", "returned", "repaid", "fx", "refund", "tie", "netting", "netting_later"}  # fmt: skip
SHAPES = {"single", "everything_due", "all_but_some", "run", "subset", "statement", "none"}


@pytest.fixture(scope="module", params=sorted(PROFILES))
def made(request: pytest.FixtureRequest) -> Feed:
    return feed(request.param, 3000, 7)


@pytest.fixture(scope="module")
def large() -> Feed:
    return feed("mixed_b2b", 12_000, 4)


def test_tables_are_the_declared_ones(made: Feed) -> None:
    for table, frame in ((BANK_LINES, made.bank_lines), (OPEN_ITEMS, made.open_items), (CUSTOMERS, made.customers)):
        pd.testing.assert_frame_equal(table.conform(frame), frame)
    assert len(made.open_items) == 3000


def test_equal_arguments_give_equal_feeds() -> None:
    first, again = feed("omni", 600, 4, "test"), feed("omni", 600, 4, "test")
    for name in ("bank_lines", "open_items", "truth", "customers"):
        pd.testing.assert_frame_equal(getattr(first, name), getattr(again, name))


def test_another_seed_is_another_company() -> None:
    first, other = feed("easy", 400, 1), feed("easy", 400, 2)
    assert not set(first.open_items["document_no"]) & set(other.open_items["document_no"])
    assert not set(first.bank_lines["line_id"]) & set(other.bank_lines["line_id"])


@pytest.mark.parametrize("arguments", [("plain", 500, 1), ("easy", 500, 1, "exam"), ("easy", 12, 1)])
def test_unknown_arguments_are_refused(arguments: tuple[str, int, int]) -> None:
    with pytest.raises(ParameterError, match=r"arguments is .*, expected a profile of mixed_b2b"):
        feed(*arguments)


def test_parts_of_a_line_sum_to_its_amount(made: Feed) -> None:
    cash = made.truth.groupby("line_id")["of_line"].sum()
    lines = made.bank_lines.set_index("line_id")["amount"]
    pd.testing.assert_series_equal(cash.reindex(lines.index), lines, check_names=False)


def test_within_one_currency_a_part_takes_from_the_line_what_it_gives_the_item(made: Feed) -> None:
    truth = made.truth.join(made.bank_lines.set_index("line_id")["currency"].rename("of"), on="line_id")
    same = truth[(truth["currency"] == truth["of"]) & (truth["kind"] != "discount")]
    assert (same["allocated"] == same["of_line"]).all()
    assert (truth.loc[truth["kind"] == "discount", "of_line"] == 0).all()


def test_no_item_is_paid_beyond_its_amount(made: Feed) -> None:
    items = made.open_items.set_index("item_id")["open_amount"]
    fallen = made.truth.dropna(subset="item_id").groupby("item_id")["allocated"].sum()
    left = items.reindex(fallen.index) - fallen
    assert (left * np.sign(items.reindex(fallen.index)) >= 0).all()


def test_parts_without_an_item_are_named_and_parts_with_one_are_payments(made: Feed) -> None:
    kinds = made.truth.groupby(made.truth["item_id"].isna())["kind"].agg(set)
    assert kinds[False] <= {"payment", "discount"}
    assert kinds[True] == {"on_account", "charge", "ledger_account", "own_transfer"}


def test_all_days_lie_in_and_around_the_period(made: Feed) -> None:
    first = made.open_items["issued_on"].min()
    for days in (made.open_items["issued_on"], made.open_items["due_on"], made.bank_lines["booked_on"]):
        assert (days - first).dt.days.between(0, 600).all()
    assert (made.bank_lines["booked_on"].dt.day_of_week < 5).all()


def test_texts_are_filled_in_and_fit_a_statement(made: Feed) -> None:
    told = made.bank_lines["remittance"].dropna()
    assert not told.str.contains("[{}]").any()
    assert told.str.len().max() <= 260


def test_old_documents_are_not_among_the_open_ones(large: Feed) -> None:
    old = large.truth.loc[large.truth["phenomenon"] == "old_document", "line_id"]
    words = set(" ".join(large.bank_lines.set_index("line_id").loc[old, "remittance"].dropna()).split())
    assert words and not words & set(large.open_items["document_no"])


def test_an_item_is_in_its_own_currency(made: Feed) -> None:
    joined = made.truth.dropna(subset="item_id").join(
        made.open_items.set_index("item_id")["currency"].rename("of"), on="item_id"
    )
    assert (joined["currency"] == joined["of"]).all()


def test_every_phenomenon_occurs(large: Feed) -> None:
    assert set(large.truth["phenomenon"]) >= MONEY | set(KINDS)
    assert set(large.truth["shape"]) == SHAPES
    assert set(large.truth["quoting"]) == {"full", "digits", "order", "customer", "nothing", "structured", "advice", "none"}
    assert set(large.truth["noise"]) == {"none", *PROFILES["mixed_b2b"].noises}
    assert set(large.truth["payer_is"]) >= {"self", "other_account", "parent", "factor", "relative", "one_time", "other"}


def test_channels_pay_out_one_or_several_at_a_time() -> None:
    truth = feed("omni", 3000, 2).truth
    assert {"payout", "two_payouts"} <= set(truth["phenomenon"])


def test_a_return_takes_back_what_was_paid_and_says_why(large: Feed) -> None:
    back = large.truth[(large.truth["phenomenon"] == "returned") & (large.truth["kind"] == "payment")]
    assert (large.open_items.set_index("item_id")["amount"].reindex(back["item_id"]).to_numpy() * back["allocated"] < 0).all()
    assert large.bank_lines.set_index("line_id").loc[back["line_id"], "return_reason"].notna().all()


def test_a_return_takes_back_the_discount_too(large: Feed) -> None:
    back = large.truth["phenomenon"] == "returned"
    granted = large.truth[(large.truth["kind"] == "discount") & ~back]
    returned = large.truth.loc[back & (large.truth["kind"] == "payment"), "item_id"]
    taken_back = large.truth[back & (large.truth["kind"] == "discount")]
    assert set(taken_back["item_id"]) == set(granted["item_id"]) & set(returned) != set()
    assert (taken_back["allocated"] < 0).all() and (taken_back["of_line"] == 0).all()


def test_credit_notes_come_later_than_the_payment_that_nets_them(large: Feed) -> None:
    later = large.truth[(large.truth["phenomenon"] == "netting_later") & (large.truth["allocated"] < 0)]
    issued = large.open_items.set_index("item_id")["issued_on"].reindex(later["item_id"]).to_numpy()
    booked = large.bank_lines.set_index("line_id")["value_on"].reindex(later["line_id"]).to_numpy()
    assert (issued > booked).any()


def test_ids_and_order_tell_nothing(large: Feed) -> None:
    rows = large.truth.dropna(subset="item_id").drop_duplicates("item_id")
    at_line = large.bank_lines.reset_index().set_index("line_id")["index"].reindex(rows["line_id"]).to_numpy()
    at_item = large.open_items.reset_index().set_index("item_id")["index"].reindex(rows["item_id"]).to_numpy()
    assert abs(np.corrcoef(at_line, at_item)[0, 1]) < 0.05
    by_id = large.bank_lines.sort_values("line_id")["booked_on"].astype("int64").reset_index(drop=True)
    assert abs(np.corrcoef(by_id.index, by_id)[0, 1]) < 0.05
    assert large.bank_lines["line_id"].str.len().nunique() == 1
    assert large.open_items["item_id"].str.len().nunique() == 1


def test_dialects_number_otherwise_and_share_no_names() -> None:
    train, test = feed("b2c", 3000, 5), feed("b2c", 3000, 5, "test")
    assert not set(train.customers["name"]) & set(test.customers["name"])
