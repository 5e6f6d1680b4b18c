"""Masks are put on the cut itself: equal things stay equal, unequal ones unequal, and no sum moves."""

import json
import re

import pandas as pd
import pytest

from recon_kit.errors import ParameterError
from recon_kit.measures import Reconciliation
from recon_kit.measures.audience import AUDIENCES, E_MAIL, IBAN, for_audience, masked_number
from recon_kit.report.example import example_cut

KEYS = ["line_id", "item_id", "counterparty_name", "customer_name", "customer_id", "account", "counterparty_account"]


@pytest.fixture(scope="module")
def cut():
    return example_cut()


def texts(cut):
    """Every text of a cut, its facts among them."""
    found = [json.dumps(cut.meta, ensure_ascii=False)]
    for frame in cut.frames.values():
        for name in frame.columns[frame.dtypes.astype(str) == "str"]:
            found += frame[name].dropna().unique().tolist()
    return found


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_sum_and_no_verdict_moves(cut, audience):
    made, before = Reconciliation(for_audience(cut, audience)), Reconciliation(cut)
    assert made.verdict.status == before.verdict.status
    for name in ("totals", "bridge", "roll"):
        numbers = [getattr(found, name).select_dtypes("int64") for found in (made, before)]
        assert sorted(map(tuple, numbers[0].to_numpy().tolist())) == sorted(map(tuple, numbers[1].to_numpy().tolist()))


@pytest.mark.parametrize("audience", ["internal", "external"])
@pytest.mark.parametrize("key", KEYS)
def test_masks_are_one_to_one(cut, audience, key):
    made = for_audience(cut, audience)
    for name, frame in cut.frames.items():
        if key in frame:
            both = pd.DataFrame({"then": sorted(frame[key].dropna()), "now": 0})
            assert both["then"].nunique() == made.frames[name][key].dropna().nunique()
            assert frame[key].isna().sum() == made.frames[name][key].isna().sum()


def test_rows_still_find_each_other(cut):
    made = for_audience(cut, "external")
    for table in ("allocations", "alternatives"):
        then = cut.frames[table]["line_id"].isin(cut.bank_lines["line_id"]).sum()
        assert made.frames[table]["line_id"].isin(made.bank_lines["line_id"]).sum() == then
    then = cut.breaks["id"].isin(cut.bank_lines["line_id"]).sum()
    assert made.breaks["id"].isin(made.bank_lines["line_id"]).sum() == then > 0


@pytest.mark.parametrize("audience", ["internal", "external"])
def test_no_account_number_and_no_e_mail_is_left(cut, audience):
    left = " ".join(texts(for_audience(cut, audience)))
    assert IBAN.findall(left) == [] and E_MAIL.findall(left) == []
    assert IBAN.findall(" ".join(texts(cut)))


def test_no_payer_s_name_and_no_text_of_theirs_is_left_for_outsiders(cut):
    made = for_audience(cut, "external")
    left = " ".join(texts(made))
    names = set(cut.bank_lines["counterparty_name"].dropna()) | set(cut.open_items["customer_name"].dropna())
    ours = json.dumps(cut.meta, ensure_ascii=False) + " ".join(cut.checklist["source"])  # names in its own recon.toml
    assert [name for name in names if len(name) > 5 and name not in ours and name in left] == []
    assert made.bank_lines["remittance"].isna().all() and made.breaks["facts"].isna().all()


def test_other_names_tell_nothing_of_their_order_and_need_the_key(cut):
    one, other = (for_audience(cut, "external", key).open_items["customer_name"].tolist() for key in (b"a", b"b"))
    assert sorted(set(one)) == sorted(set(other)) and one != other
    assert all(re.fullmatch(r"C\d{4}", name) for name in one if isinstance(name, str))


def test_full_is_the_cut_itself_and_another_audience_is_refused(cut):
    assert for_audience(cut, "full") is cut
    with pytest.raises(ParameterError, match=r"audience is 'externl', expected one of full.*did you mean 'external'"):
        for_audience(cut, "externl")


def test_numbers_that_would_look_alike_are_told_apart():
    assert masked_number("DE89370400440532013000") == masked_number("DE89999999999999993000") == "DE89••••3000"
