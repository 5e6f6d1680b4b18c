"""What a workspace's own decisions change of a model: nothing without need, much where the data are foreign."""

import numpy as np
import pandas as pd
import pytest

from recon_kit.errors import ParameterError
from recon_kit.learning.fitting import Learner, assembled
from recon_kit.learning.own import train
from recon_kit.learning.simulated import simulated
from recon_kit.learning.training import Learners
from recon_kit.learning.training import train as train_passes
from recon_kit.matching.coding import columns
from recon_kit.matching.model import Model, cut_name
from recon_kit.matching.scoring.final import FINAL
from recon_kit.matching.scoring.running import run
from recon_kit.simulate.feeds import feed

TINY = Learner(n_trees=12, leaves=8, rate=0.3)


@pytest.fixture(scope="module")
def champion():
    found = train_passes([simulated("easy", 1500, 1)], Learners(TINY, TINY, method="logistic"), (0.985,), 2, few=True)
    return assembled(found.passes, found.cuts(), {})


@pytest.fixture(scope="module")
def company():
    given = feed("mixed_b2b", 700, 5, "test")
    paid = given.truth[given.truth["kind"].eq("payment") & given.truth["line_id"].notna() & given.truth["item_id"].notna()]
    return given.bank_lines, given.open_items, paid[["line_id", "item_id"]]


def initials(n=500):
    """Payments that come short or long by a fee, of persons called by initials: nothing that the simulator shows."""
    chance = np.random.default_rng(7)
    letters = chance.integers(65, 91, (n, 3)).astype(np.uint8)
    who = [" ".join(chr(letter) for letter in row) for row in letters]
    day, amount = chance.integers(0, 60, n), chance.integers(2_000, 900_000, n)
    off = np.where(chance.random(n) < 0.3, 1, 1 + chance.normal(0, 0.02, n))
    start = pd.Timestamp(2026, 3, 1)
    items = pd.DataFrame({
        "item_id": [f"o{at}" for at in range(n)], "entity": "A", "kind": "invoice",
        "document_no": [f"o{at}" for at in range(n)], "customer_name": who,
        "issued_on": start + pd.to_timedelta(day, "D"), "amount": amount, "open_amount": amount,
        "currency": "EUR",
    })  # fmt: skip
    lines = pd.DataFrame({
        "line_id": [f"d{at}" for at in chance.permutation(n)], "entity": "A",
        "booked_on": start + pd.to_timedelta(day + chance.integers(1, 6, n), "D"), "amount": (amount * off).astype(int),
        "currency": "EUR", "counterparty_name": [f"{name} CHQ" for name in who], "remittance": who,
    })  # fmt: skip
    return lines, items, pd.DataFrame({"line_id": lines["line_id"], "item_id": items["item_id"]})


def outcome(model, lines, items, pairs):
    """Of each line whether what is chosen is right, and how sure that is said to be."""
    both = columns(lines, items)
    ran, truth = run(both, np.ones(len(lines), bool), model), dict(pairs.itertuples(index=False))
    ids, documents = both.lines.ids.to_pylist(), both.items.ids.to_pylist()
    found = dict(zip(*(values.tolist() for values in ran.chosen()), strict=True))
    right = {}
    for line in found:
        look = ran.looks[ran.look[line]]
        sets, chosen = look.seen.sets, look.set[line]
        said = sets.items[sets.start[chosen] : sets.start[chosen + 1]]
        right[ids[line]] = len(said) == 1 and documents[said[0]] == truth[ids[line]]
    return right


@pytest.fixture(scope="module")
def foreign(champion):
    lines, items, pairs = initials()
    return train(lines, items, pairs.iloc[:320], model=champion)


def test_foreign_data_are_learned_anew_from_some_hundred_decisions(champion, foreign):
    (lines, items, pairs), model = initials(), foreign
    assert model.about["learned"] == "grown"
    assert model.about["champion"] == champion.sha256
    rest = set(pairs["line_id"].iloc[320:])
    right = [ok for line, ok in outcome(model, lines, items, pairs).items() if line in rest]
    assert len(right) > 0.95 * len(rest)
    assert np.mean(right) > 0.98


def test_what_few_decisions_cannot_carry_is_not_claimed(champion, foreign):
    lines, items, pairs = initials()
    both, decided = columns(lines, items), set(pairs["line_id"].iloc[:320])
    line, said = run(both, np.ones(len(lines), bool), champion).chosen()
    mine = np.array([both.lines.ids[at].as_py() in decided for at in line])
    for target in (0.0005, 0.001, 0.002):
        assert foreign.cuts[cut_name(target)].n <= (said[mine] >= champion.cuts[cut_name(target)].at).sum()


def test_the_order_of_rows_changes_nothing(champion, foreign):
    lines, items, pairs = initials()
    mixed = [frame.sample(frac=1, random_state=3) for frame in (lines, items, pairs.iloc[:320])]
    assert train(*mixed, model=champion).to_json() == foreign.to_json()


def test_few_decisions_that_agree_leave_the_champion_as_it_is_or_stricter(champion, company):
    lines, items, paid = company
    model = train(lines, items, paid[paid["line_id"].isin(lines["line_id"].iloc[:40])], model=champion)
    assert model.passes == champion.passes or model.about["learned"] != "grown"
    for target in (0.0005, 0.001, 0.002):
        assert model.cuts[cut_name(target)].at >= champion.cuts[cut_name(target)].at


def test_decisions_against_the_champion_make_it_less_sure(champion, company):
    lines, items, paid = company
    assert champion.passes[-1].name == FINAL
    swapped = paid.assign(item_id=np.roll(paid["item_id"], 7))
    one = swapped.drop_duplicates("line_id").iloc[:150]
    model = train(lines, items, one, model=champion)
    both = columns(lines, items)
    before, after = (run(both, np.ones(len(lines), bool), each).chosen()[1].mean() for each in (champion, model))
    assert after < before - 0.2
    assert model.cuts[cut_name(0.001)].n == 0


def test_a_trained_model_is_a_file_like_any_other(foreign):
    assert Model.from_json(foreign.to_json()).sha256 == foreign.sha256


def test_too_few_decisions_are_said_so(champion):
    lines, items, pairs = initials(30)
    with pytest.raises(ParameterError, match="at least 20 lines that somebody decided; there are 4"):
        train(lines, items, pairs.iloc[:4], model=champion)


def test_each_row_that_cannot_be_followed_is_named(champion):
    lines, items, pairs = initials(30)
    rows = pd.concat([pairs.assign(status="confirmed"), pd.DataFrame({
        "line_id": ["nowhere", "d1", "d2"], "item_id": ["o1", "nothing", "o3"],
        "status": ["confirmed", "confirmed", "proposed"],
    })])  # fmt: skip
    with pytest.raises(ParameterError, match=r"(?s)line_id is 'nowhere'.*item_id is 'nothing'.*status is 'proposed'"):
        train(lines, items, rows, model=champion)
